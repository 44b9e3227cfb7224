import { join } from 'node:path';
import { passThrough } from './pass-through.mjs';
import { ROOT, setUpOrExit } from './set-up.mjs';

/** Sets up what is missing, then runs the `drover` command line. @param {readonly string[]} args */
export async function launch(args) {
  await setUpOrExit();
  process.exitCode = await passThrough(join(ROOT, 'dist', 'client', 'main.js'), args);
}
