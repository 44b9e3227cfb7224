import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What set-up found or fetched; absolute paths, null when not there.
 * @typedef {{ temporal: string | null, testServer: string | null, cc: string | null, zig: string | null }} Tools
 */

/** @param {string} home @returns {Tools} */
export function readTools(home) {
  const none = { temporal: null, testServer: null, cc: null, zig: null };
  try {
    return { ...none, ...JSON.parse(readFileSync(pathIn(home), 'utf8')) };
  } catch {
    return none;
  }
}

/** Adds to `<home>/tools/tools.json`, in one piece. @param {string} home @param {Partial<Tools>} found */
export function recordTools(home, found) {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(pathIn(home)), { recursive: true });
  const draft = `${pathIn(home)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...readTools(home), ...found }, null, 2)}\n`);
  renameSync(draft, pathIn(home));
}

function pathIn(home) {
  return join(home, 'tools', 'tools.json');
}
