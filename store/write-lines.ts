import { open } from 'node:fs/promises';

const LINES_AT_ONCE = 1_000;

/**
 * Writes values into a new file, one JSON value a line, some at a time: all of them may be more than one text can hold
 * (512 MiB), and a thread that has other things to do is never kept for long. @throws what the file system throws
 */
export async function writeLines(path: string, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let lines: string[] = [];
    for await (const value of values) {
      lines.push(`${JSON.stringify(value)}\n`);
      if (lines.length < LINES_AT_ONCE) continue;
      await file.writeFile(lines.join(''));
      lines = [];
    }
    await file.writeFile(lines.join(''));
  } finally {
    await file.close();
  }
}
