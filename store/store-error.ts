import { printable } from '../campaign/plan/printable';

/** What is wrong with a result directory, whatever the file system calls it. */
export type StoreErrorCode = 'disk-full' | 'not-writable' | 'missing' | 'exists' | 'damaged' | 'invalid-row' | 'io';

/** An error of a result directory: one sentence that names the file and what to do about it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  /**
   * @param code - what is wrong
   * @param path - the file or directory it is about
   * @param problem - what happened, without the path
   * @param remedy - what the user can do
   */
  constructor(
    readonly code: StoreErrorCode,
    readonly path: string,
    problem: string,
    remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${printable(path)}: ${printable(problem)}. ${remedy}`, options);
  }
}

const KNOWN: Readonly<Record<string, readonly [StoreErrorCode, string, string]>> = {
  ENOSPC: ['disk-full', 'the disk is full', 'Free some space there; what was stored before is intact.'],
  EDQUOT: ['disk-full', 'the disk quota is used up', 'Free some space there; what was stored before is intact.'],
  EACCES: ['not-writable', 'permission denied', 'Give this user access, or set DROVER_RESULTS to another directory.'],
  EPERM: ['not-writable', 'not permitted', 'Give this user access, or set DROVER_RESULTS to another directory.'],
  EROFS: ['not-writable', 'the file system is read-only', 'Mount it writable, or set DROVER_RESULTS.'],
  ENOENT: ['missing', 'it does not exist', 'Check the path; was the directory moved or deleted?'],
  ENOTDIR: ['damaged', 'a part of the path is not a directory', 'Move the file that is in the way.'],
  EISDIR: ['damaged', 'it is a directory, but a file belongs there', 'Move it out of the way.'],
  EEXIST: ['exists', 'it already exists and results are never overwritten', 'Move it away if it is not needed.'],
};

/** Turns whatever a file operation on `path` threw into a StoreError; a StoreError stays what it is. */
export function asStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known = KNOWN[code];
  if (known !== undefined) return new StoreError(known[0], path, known[1], known[2], { cause: error });
  const [text = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new StoreError('io', path, text, 'Check the disk and try again.', { cause: error });
}
