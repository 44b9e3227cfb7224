import { readFileSync } from 'node:fs';

/** drover's version, from its package. */
export function version(): string {
  const text = readFileSync(require.resolve('drover/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
