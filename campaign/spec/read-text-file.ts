import { readFile, stat } from 'node:fs/promises';
import type { Problem } from './problems';

const MIB = 2 ** 20;
/** A plan of 10,000 actions, written out with comments, is a tenth of this. */
const MOST_BYTES = 16 * MIB;

/** The text of a file that a user named, or why it is none. */
export type TextFile = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is no folder',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder; a file is needed',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is no UTF-8 text',
};

/** Reads a UTF-8 text file that a person wrote; anything else (a folder, a program, a disk image) is told as what it is. */
export async function readTextFile(path: string): Promise<TextFile> {
  const refuse = (message: string): TextFile => ({ ok: false, problem: { path: '', message, file: path } });
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      return refuse(`is too large: ${String(Math.round(size / MIB))} MiB; at most ${String(MOST_BYTES / MIB)} MiB`);
    const bytes = await readFile(path);
    if (bytes.includes(0)) return refuse('is no text file (it holds zero bytes); UTF-8 text is needed');
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return refuse(REASONS[code] ?? `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
