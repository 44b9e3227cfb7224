import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath, isProgram } from './find-on-path.mjs';
import { installWheel } from './install-wheel.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { readTools, recordTools } from './tools-file.mjs';

const COMPILERS = ['cc', 'gcc', 'clang'];
const ZIG = ['ziglang', '0.15.2'];

/**
 * A C compiler that makes static programs, for the agent: one from PATH, else zig from its Python wheel. Only Linux
 * runs agents, so that other systems have this step done from the start.
 * @param {string} home
 */
export function compilerStep(home) {
  const [name, version] = ZIG;
  const zigCost = `${name} ${version} with pip into ${join(home, 'tools')}: about 413 MB, 20 to 120 s`;
  return {
    name: 'C compiler',
    get cost() {
      return COMPILERS.some((program) => findOnPath(program) !== null) ? 'from PATH' : zigCost;
    },
    isDone: () => process.platform !== 'linux' || isProgram(readTools(home).cc ?? readTools(home).zig ?? ''),
    run: async (say) => {
      let seen = false;
      for (const path of COMPILERS.map(findOnPath)) {
        if (path === null) continue;
        seen = true;
        if (!(await makesStaticPrograms(path))) continue;
        recordTools(home, { cc: path, zig: null });
        return;
      }
      if (seen) say(`Set-up: no C compiler on PATH makes static programs (Debian: libc6-dev is missing); ${zigCost}`);
      const zig = join(await fetchZig(home), 'ziglang', 'zig');
      await runCommand(zig, ['version']);
      recordTools(home, { cc: null, zig });
    },
  };
}

function fetchZig(home) {
  return installWheel(home, ...ZIG).catch((error) => {
    throw new SetupError(
      `no C compiler could be had: install one (Debian: apt-get install gcc libc6-dev), or pip for python3 so that zig can be fetched, and run this again.\n- ${error.message}`,
    );
  });
}

async function makesStaticPrograms(program) {
  const folder = mkdtempSync(join(tmpdir(), 'drover-cc-'));
  try {
    writeFileSync(join(folder, 'probe.c'), '#include <stdio.h>\nint main(void) { return puts("works") < 0; }\n');
    await runCommand(program, ['-static', '-o', join(folder, 'probe'), join(folder, 'probe.c')]);
    return (await runCommand(join(folder, 'probe'), [])) === 'works\n';
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
