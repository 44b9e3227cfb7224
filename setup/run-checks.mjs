import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The static checks; each is the npm script `check:<name>`. */
export const CHECKS = ['types', 'lint', 'format', 'imports', 'unused'];

/**
 * Runs static checks, as many at a time as there are cores, and shows the output of those that fail.
 * @param {string} root the checkout
 * @param {readonly string[]} names
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(root, names) {
  const waiting = [...names];
  const totals = { passed: 0, failed: 0 };
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      totals[(await check(root, name)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return totals;
}

function check(root, name) {
  return new Promise((resolve) => {
    const startedMs = Date.now();
    const child = spawn('npm', ['run', '--silent', `check:${name}`], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      console.log(
        code === 0 ? `check:${name} passed (${seconds} s)` : `check:${name} FAILED (${seconds} s)\n${output}`,
      );
      resolve(code === 0);
    });
  });
}
