import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that set-up found or fetched; null: not there. Absolute paths. */
export interface Tools {
  readonly temporal: string | null;
  readonly testServer: string | null;
  readonly cc: string | null;
  readonly zig: string | null;
}

/** Reads what set-up wrote to `<home>/tools/tools.json`. */
export function readTools(home: string): Tools {
  const path = join(home, 'tools', 'tools.json');
  const none: Tools = { temporal: null, testServer: null, cc: null, zig: null };
  return existsSync(path) ? { ...none, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Tools>) } : none;
}
