import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath, isProgram } from './find-on-path.mjs';
import { installWheel } from './install-wheel.mjs';
import { runCommand } from './run-command.mjs';
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
  return {
    name: 'C compiler',
    cost: `${COMPILERS.join(', ')} from PATH, else ${name} ${version} with pip into ${join(home, 'tools')}: about 413 MB, 20 to 120 s`,
    isDone: () => process.platform !== 'linux' || isProgram(readTools(home).cc ?? readTools(home).zig ?? ''),
    run: async () => {
      for (const path of COMPILERS.map(findOnPath)) {
        if (path === null || !(await makesStaticPrograms([path]))) continue;
        recordTools(home, { cc: path, zig: null });
        return;
      }
      const zig = join(await installWheel(home, name, version), 'ziglang', 'zig');
      await runCommand(zig, ['version']);
      recordTools(home, { cc: null, zig });
    },
  };
}

async function makesStaticPrograms([program, ...args]) {
  const folder = mkdtempSync(join(tmpdir(), 'drover-cc-'));
  try {
    writeFileSync(join(folder, 'probe.c'), '#include <stdio.h>\nint main(void) { return puts("works") < 0; }\n');
    await runCommand(program, [...args, '-static', '-o', join(folder, 'probe'), join(folder, 'probe.c')]);
    return (await runCommand(join(folder, 'probe'), [])) === 'works\n';
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
