import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, syncDirectory } from './durable-file';
import { asStoreError, StoreError } from './store-error';

const LONGEST_NAME = 80;
const OWNER_FILE = 'owner.json';

/** A campaign and the run that started it: a retry of that run finds its directory again. */
export interface ResultDirectoryInput {
  readonly root: string;
  readonly campaignId: string;
  readonly firstRunId: string;
}

/** A file name for any workflow id: ASCII, at most 80 characters; a changed id carries a hash, so that two never meet. */
export function safeName(id: string): string {
  const plain = (id === '' ? '_' : id).replace(/[^A-Za-z0-9._-]/g, '_').replace(/^[.-]+/, '_');
  if (plain === id && id.length <= LONGEST_NAME) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 10);
  return `${plain.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

/**
 * Creates `<root>/<safe campaign id>/` for this owner, or finds it again; another owner's directory is left alone and
 * `<name>-<first run id>` is used. @returns its path. @throws StoreError
 */
export async function createResultDirectory(input: ResultDirectoryInput): Promise<string> {
  const { root, campaignId, firstRunId } = input;
  const name = safeName(campaignId);
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    throw asStoreError(error, root);
  }
  const candidates = [join(root, name), join(root, `${name}-${safeName(firstRunId)}`)];
  for (const directory of candidates) {
    if (await claim(directory, input)) return directory;
  }
  throw new StoreError(
    'exists',
    candidates.at(-1) ?? root,
    'it holds the results of another campaign, which are never overwritten',
    'Move it away, or use another workflow id.',
  );
}

/** A directory comes into being with its owner in it, by one rename, so that no crash leaves an ownerless one. */
async function claim(directory: string, { root, campaignId, firstRunId }: ResultDirectoryInput): Promise<boolean> {
  const prepared = join(root, `.claim-${randomUUID()}`);
  try {
    await mkdir(join(prepared, 'chunks'), { recursive: true });
    await createFile(join(prepared, OWNER_FILE), `${JSON.stringify({ campaignId, firstRunId })}\n`);
    await rename(prepared, directory);
    await syncDirectory(root);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) throw asStoreError(error, directory);
    return (await readOwner(directory)) === firstRunId;
  } finally {
    await rm(prepared, { recursive: true, force: true });
  }
}

async function readOwner(directory: string): Promise<string | null> {
  try {
    const owner = JSON.parse(await readFile(join(directory, OWNER_FILE), 'utf8')) as { firstRunId?: unknown };
    return typeof owner.firstRunId === 'string' ? owner.firstRunId : null;
  } catch {
    // Whatever is there is not ours to use.
    return null;
  }
}
