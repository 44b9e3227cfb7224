import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folder of everything drover keeps on this machine: `$DROVER_HOME` or `./.drover`, readable by its owner only. */
export function droverHome(): string {
  const home = resolve(process.env['DROVER_HOME'] ?? '.drover');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}
