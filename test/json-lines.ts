import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Appends lines of JSON; what is there survives whatever ends the test. */
export function appendJsonLines(file: string, lines: readonly unknown[]): void {
  if (lines.length > 0) appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** All lines of such a file; none if it is not there. */
export function readJsonLines(file: string): readonly unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
