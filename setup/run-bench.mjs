import { join } from 'node:path';
import { passThrough } from './pass-through.mjs';
import { ROOT, setUpOrExit } from './set-up.mjs';

/** `npm run bench`: sets up what is missing, then runs the benches from their sources. @param {readonly string[]} args */
export async function runBench(args) {
  await setUpOrExit();
  process.exitCode = await passThrough(join(ROOT, 'bench', 'run-typescript.cjs'), [
    join(ROOT, 'bench', 'main.ts'),
    ...args,
  ]);
}
