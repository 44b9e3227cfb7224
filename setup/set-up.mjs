import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup-error.mjs';
import { buildStep } from './step-build.mjs';
import { compilerStep } from './step-compiler.mjs';
import { dependenciesStep } from './step-dependencies.mjs';
import { temporalStep } from './step-temporal.mjs';
import { withLock } from './with-lock.mjs';

/** The checkout that this file belongs to. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Everything drover needs before it runs, in order. Each step tells whether it is done, and does it whole or not at all. */
export function steps(root, home) {
  return [
    dependenciesStep(root),
    buildStep(root),
    temporalStep(root, home, 'temporal'),
    temporalStep(root, home, 'testServer'),
    compilerStep(home),
  ];
}

/**
 * Does the steps that are not done; says nothing when all are.
 * @param {{ name: string, cost: string, isDone: () => boolean, run: (say: (line: string) => void) => Promise<void> }[]} todo
 * @param {string} lock path of the lock file that keeps two set-ups of one checkout apart
 * @param {(line: string) => void} say
 * @throws {SetupError} of the first step that cannot be done
 */
export async function doSteps(todo, lock, say) {
  if (todo.every((step) => step.isDone())) return;
  await withLock(
    lock,
    async () => {
      for (const step of todo) {
        if (step.isDone()) continue;
        say(`Set-up: ${step.name} (${step.cost})`);
        const startedMs = Date.now();
        await step.run(say);
        say(`Set-up: ${step.name} done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
      }
    },
    (pid) => say(`Set-up: waiting for the one that runs already (process ${pid})`),
  );
}

/** The whole set-up of this checkout, for the home of the current directory. @throws {SetupError} */
export async function setUp() {
  const home = resolve(process.env['DROVER_HOME'] ?? '.drover');
  await doSteps(steps(ROOT, home), resolve(ROOT, '.drover', 'set-up.lock'), (line) => console.error(line));
}

/** The same; a step that cannot be done ends the process with its message and exit code 3. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`Set-up: ${error.message}`);
    process.exit(3);
  }
}
