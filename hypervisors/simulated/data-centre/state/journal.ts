import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { commandSchema, type Command } from './commands';

/** A command and the moment at which it was done, UTC ms. */
export interface Entry {
  readonly atMs: number;
  readonly command: Command;
}

/** The commands that were accepted, in order, on disk before anything comes of them. */
export interface Journal {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  close(): void;
}

/**
 * Opens a journal. A last line without its end was being written when the process was killed: it was never answered,
 * and is cut off. @throws Error with file and line if another one is damaged
 */
export function openJournal(path: string): Journal {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const entries = whole
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseEntry(line, `${path}:${String(index + 1)}`));
  // Outliving a killed process needs no fsync: what was written is the kernel's.
  const file = openSync(path, 'a', 0o600);
  return {
    entries,
    add: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  };
}

function parseEntry(line: string, place: string): Entry {
  try {
    const { atMs, command } = JSON.parse(line) as { atMs: unknown; command: unknown };
    if (typeof atMs !== 'number') throw new Error('no atMs');
    return { atMs, command: commandSchema.parse(command) };
  } catch (error) {
    throw new Error(`${place} is damaged: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
