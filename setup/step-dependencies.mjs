import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** The npm packages of package-lock.json in node_modules. @param {string} root the checkout */
export function dependenciesStep(root) {
  return {
    name: 'npm packages',
    cost: 'npm ci: about 560 MB in node_modules, 10 to 60 s',
    isDone: () => agreesWithLock(root),
    run: async () => {
      const npm = process.env['npm_execpath'];
      const command = npm?.endsWith('.js') ? [process.execPath, npm] : [findOnPath('npm')];
      if (command[0] === null)
        throw new SetupError('npm is not on PATH: install npm (it comes with Node) and run this again');
      await runCommand(command[0], [...command.slice(1), 'ci', '--include=dev', '--no-fund', '--no-audit'], {
        cwd: root,
      });
    },
  };
}

/**
 * Whether node_modules holds what package-lock.json says. npm writes its own record at the very end of an install and
 * removes it at the beginning, so an interrupted one never agrees.
 * @param {string} root
 */
export function agreesWithLock(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(record);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there === undefined
      ? entry.optional === true
      : there.version === entry.version && there.integrity === entry.integrity;
  });
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
