import { dirname, join } from 'node:path';

/** Where the build puts the workflow bundle. */
export function bundlePath(): string {
  return join(dirname(require.resolve('drover/package.json')), 'dist', 'workflow-bundle.js');
}
