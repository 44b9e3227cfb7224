import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AgentError } from './agent-error';
import { isExecutable } from './is-executable';

const COMPILERS = ['cc', 'gcc', 'clang'];

/**
 * The command that compiles C: the one that set-up recorded in `<home>/tools/tools.json`, else one from PATH.
 * @throws AgentError if there is none
 */
export async function findCompiler(home: string): Promise<readonly [string, ...string[]]> {
  const { cc, zig } = await recordedTools(join(home, 'tools', 'tools.json'));
  if (typeof cc === 'string' && (await isExecutable(cc))) return [cc];
  if (typeof zig === 'string' && (await isExecutable(zig))) return [zig, 'cc', ...zigTarget()];
  for (const name of COMPILERS) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder !== '' && (await isExecutable(path))) return [path];
    }
  }
  throw new AgentError(
    `No C compiler was found: ${home} records none that is there, and none of ${COMPILERS.join(', ')} is on PATH. ` +
      'Run drover\'s set-up again ("npm start" and "npm test" do it), or install one (Debian: apt-get install gcc libc6-dev).',
  );
}

async function recordedTools(path: string): Promise<{ readonly cc?: unknown; readonly zig?: unknown }> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    const tools: unknown = JSON.parse(text);
    return typeof tools === 'object' && tools !== null ? tools : {};
  } catch (error) {
    throw new AgentError(`${path} is damaged: delete it and run drover's set-up again.`, { cause: error });
  }
}

// musl, because a static glibc is not part of zig.
function zigTarget(): string[] {
  return process.platform === 'linux'
    ? ['-target', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-musl`]
    : [];
}
