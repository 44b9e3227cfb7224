import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { plainEnvironment } from '../remote/plain-environment';
import { AgentError } from './agent-error';
import { findCompiler } from './find-compiler';
import { isExecutable } from './is-executable';

const run = promisify(execFile);
const FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-pthread', '-Wall', '-Wextra'];
/** A guest or host may have another C library, or none that programs could load. */
const STATIC = process.platform === 'darwin' ? [] : ['-static'];

/** The program that runs on hosts, in guests and here, for machines like this one. */
export interface BuiltAgent {
  /** Absolute path of the executable. */
  readonly path: string;
  /** SHA-256 (hex, 16 digits) of its sources, flags and platform. */
  readonly hash: string;
}

/**
 * Compiles the agent program, once for each version of its sources, into `<home>/agents/<hash>/drover-agent`.
 * @throws AgentError without a C compiler, or with the compiler's message
 */
export async function buildAgent(home: string): Promise<BuiltAgent> {
  const sources = await readSources();
  const hash = hashOf(sources);
  const path = join(home, 'agents', hash, 'drover-agent');
  if (await isExecutable(path)) return { path, hash };
  const compiler = await findCompiler(home);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.part`;
  const files = sources.filter(({ file }) => file.endsWith('.c')).map(({ file }) => file);
  const [command, ...first] = compiler;
  try {
    await run(command, [...first, ...FLAGS, ...STATIC, ...files, '-o', temporary], { env: plainEnvironment() });
    await chmod(temporary, 0o700);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const said = (error as { stderr?: string }).stderr?.trim().replaceAll('\n', '; ');
    throw new AgentError(
      `${compiler.join(' ')} could not compile the agent program: ${said ?? String(error)}. ` +
        'A static C library is needed (Debian: apt-get install gcc libc6-dev).',
      { cause: error },
    );
  }
  return { path, hash };
}

interface Source {
  readonly file: string;
  readonly text: Buffer;
}

async function readSources(): Promise<Source[]> {
  // By the package's own name: the sources lie beside the package's root, not beside dist/.
  const folder = dirname(require.resolve('drover/agents/c/agent.c'));
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({ file: join(folder, name), text: await readFile(join(folder, name)) })),
  );
}

function hashOf(sources: readonly Source[]): string {
  const hash = createHash('sha256').update([process.platform, process.arch, ...FLAGS, ...STATIC].join('\0'));
  for (const { text } of sources) hash.update('\0').update(text);
  return hash.digest('hex').slice(0, 16);
}
