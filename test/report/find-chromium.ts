import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium on PATH; null: this machine has none. */
export function findChromium(): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const paths = places.flatMap((place) => PROGRAMS.map((program) => join(place, program)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
