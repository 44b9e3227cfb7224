import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findCompiler } from '../../agents/find-compiler';

const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-O1', '-g', '-pthread'];
/** Ends the process at the first byte out of bounds, leak or overflow. */
const SANITISERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

/**
 * Compiles the agent program for tests that look for crashes; without sanitisers where the compiler has none.
 * @returns its path, and whether memory is watched
 */
export async function buildSanitisedAgent(home: string): Promise<{ readonly path: string; readonly watched: boolean }> {
  const [command, ...first] = await findCompiler(home);
  const folder = dirname(require.resolve('drover/agents/c/agent.c'));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.c')).map((name) => join(folder, name));
  const path = join(home, 'drover-agent');
  const build = (more: readonly string[]) =>
    promisify(execFile)(command, [...first, ...FLAGS, ...more, ...files, '-o', path]);
  try {
    await build(SANITISERS);
    return { path, watched: true };
  } catch {
    await build([]);
    return { path, watched: false };
  }
}
