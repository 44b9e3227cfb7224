import { randomUUID } from 'node:crypto';
import { constants, link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asStoreError, StoreError } from './store-error';

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  await syncFile(directory);
}

/** Makes a file's content survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name beside `path` that no reader takes for a result; a crash may leave it behind. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** True for what `temporaryName` gives. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f-]{36}\.tmp$/.test(name);
}

/** Replaces a file's content at once: readers see the old or the new, also after a crash. @throws StoreError */
export async function replaceFile(path: string, content: string): Promise<void> {
  await publish(path, content, rename);
}

/** Creates a file with its whole content, durable when this resolves. @throws StoreError `exists` if the name is taken */
export async function createFile(path: string, content: string): Promise<void> {
  await publish(path, content, link);
}

/**
 * Appends to a file that has `length` bytes, durable when this resolves; if it fails, what it wrote is cut off again.
 * @throws StoreError `missing`, or `damaged` if the file has another length
 */
export async function extendFile(path: string, length: number, content: string): Promise<void> {
  try {
    // Never created here: rows that follow a file that was deleted would look complete without it.
    const handle = await open(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      await appendDurably(handle, path, length, content);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asStoreError(error, path);
  }
}

async function appendDurably(handle: FileHandle, path: string, length: number, content: string): Promise<void> {
  const { size } = await handle.stat();
  if (size !== length) {
    const problem = `it has ${size} bytes, but ${length} were written`;
    throw new StoreError('damaged', path, problem, 'Find out what else writes there; new rows go into a new file.');
  }
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } catch (error) {
    await handle.truncate(length).catch(() => undefined);
    throw error;
  }
}

async function publish(path: string, content: string, name: (from: string, to: string) => Promise<void>) {
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await name(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    throw asStoreError(error, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
