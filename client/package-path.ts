import { dirname, join } from 'node:path';

/** A file of drover's own package, e.g. `dist/worker/main.js`; the same from source and from the build. */
export function packagePath(...parts: string[]): string {
  return join(dirname(require.resolve('drover/package.json')), ...parts);
}
