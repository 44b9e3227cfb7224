import { join } from 'node:path';
import { safeName } from './result-directory';

/** Where the small state of a collector is kept inside a result directory. */
export function statePath(directory: string, name: string): string {
  return join(directory, 'state', `${safeName(name)}.json`);
}
