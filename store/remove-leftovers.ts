import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporary } from './durable-file';
import { asStoreError } from './store-error';

/** Nobody who still lives takes longer from one write into a temporary file to the next. */
const ABANDONED_AFTER_MS = 60_000;

/** Removes the temporary files, in all of a result directory, that writers left when they were killed. @throws StoreError */
export async function removeLeftovers(directory: string): Promise<void> {
  try {
    const abandonedMs = Date.now() - ABANDONED_AFTER_MS;
    for (const { name, parentPath } of await readdir(directory, { withFileTypes: true, recursive: true })) {
      const path = join(parentPath, name);
      if (!isTemporary(name)) continue;
      const found = await lstat(path).catch(() => null);
      if (found !== null && found.mtimeMs < abandonedMs) await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw asStoreError(error, directory);
  }
}
