import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passThrough } from './pass-through.mjs';
import { CHECKS, runChecks } from './run-checks.mjs';
import { ROOT, setUp } from './set-up.mjs';
import { agreesWithLock } from './step-dependencies.mjs';

/** What each form of the command runs. */
const RUNS = {
  '': { checks: CHECKS, projects: ['unit', 'lab'] },
  '--check': { checks: CHECKS, projects: ['unit'] },
  '--long': { checks: [], projects: ['long'] },
};

/**
 * `npm test`, `npm run check` (`--check`) and `npm run test:long` (`--long`): set-up, static checks, tests. Whatever
 * happens, its last line is `N passed, N failed` and its exit code tells whether anything failed; a static check and
 * the set-up count as one each. Further arguments go to Jest.
 * @param {readonly string[]} args
 */
export async function runTests(args) {
  const form = RUNS[args[0]] === undefined ? '' : args[0];
  const { checks, projects } = RUNS[form];
  const totals = { passed: 0, failed: 0, skipped: 0, notRun: [] };
  try {
    await setUp();
  } catch (error) {
    console.error(`Set-up: ${error.message}`);
    totals.failed += 1;
  }
  if (agreesWithLock(ROOT)) {
    add(totals, await runChecks(ROOT, checks));
    for (const project of projects) add(totals, await runJest(project, form === '' ? args : args.slice(1)));
  }
  for (const line of totals.notRun) console.log(`Not run here: ${line}`);
  const left = form === '--long' ? [] : filesOf(join(ROOT, 'test'), '.long.test.ts');
  if (form === '--check') console.log('Left to npm test: the tests that need servers and labs (test/**/*.lab.test.ts)');
  if (left.length > 0) console.log(`Left to npm run test:long: ${left.join(', ')}`);
  console.log(closingLine(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

/** @param {{ passed: number, failed: number, skipped: number }} totals */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Unit tests share the cores; labs and processes that are killed on purpose have the machine to themselves. */
const WORKERS = { unit: '100%', lab: '1', long: '1' };

/** Jest's totals; one failed if it ends without telling them, or failing without a failed test. */
async function runJest(project, args) {
  const folder = mkdtempSync(join(tmpdir(), 'drover-test-'));
  process.env['DROVER_TOTALS_FILE'] = join(folder, 'totals.json');
  try {
    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    const exitCode = await passThrough(jest, [
      '--rootDir',
      ROOT,
      '--selectProjects',
      project,
      '--maxWorkers',
      WORKERS[project],
      '--passWithNoTests',
      // A test that failed half-way may have left a connection open, which must not keep the run from its closing line.
      '--forceExit',
      ...args,
    ]);
    const totals = JSON.parse(readFileSync(join(folder, 'totals.json'), 'utf8'));
    return exitCode !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
  } catch (error) {
    console.error(`Jest did not tell its results: ${error.message}`);
    return { failed: 1 };
  } finally {
    delete process.env['DROVER_TOTALS_FILE'];
    rmSync(folder, { recursive: true, force: true });
  }
}

function add(totals, { passed = 0, failed = 0, skipped = 0, notRun = [] }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  totals.notRun.push(...notRun);
}

function filesOf(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join('test', name))
    .sort();
}
