import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isTemporary } from './durable-file';

/** Younger ones may be somebody's who still writes. One that was given up and still lives loses no more than its own attempt. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Removes the temporary files and folders, in all of a result directory, that writers left when they were killed. What cannot be
 * removed stays, as it disturbs nobody. @returns a sentence for each of those
 */
export async function removeLeftovers(directory: string): Promise<readonly string[]> {
  const problems: string[] = [];
  const names = await namesIn(directory);
  for (const name of names.filter((each) => isTemporary(basename(each)))) {
    const path = join(directory, name);
    try {
      const inside = names.filter((each) => each.startsWith(`${name}/`)).map((each) => join(directory, each));
      const written = await Promise.all([path, ...inside].map(async (each) => (await lstat(each)).mtimeMs));
      if (Math.max(...written) < Date.now() - ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') problems.push(`${path} is left over and could not be removed: ${message}`);
    }
  }
  return problems;
}

/** Of all files and folders beneath, from there on; nothing where it cannot be read. */
async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory, { recursive: true }).catch(() => []);
}
