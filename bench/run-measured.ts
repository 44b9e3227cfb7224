import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program of its own cost. */
export interface Measured {
  /** From its start to its end, as whoever waits for it sees it. */
  readonly ms: number;
  readonly peakMib: number;
  readonly stdout: string;
}

/**
 * Runs a Node program to its end. Its peak memory is left in a file of `directory`.
 * @throws Error with what it said if it failed
 */
export async function runMeasured(
  program: string,
  args: readonly string[],
  { directory, env = process.env }: { readonly directory: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Measured> {
  const peak = join(directory, 'peak-memory');
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--require', join(__dirname, 'peak-memory.cjs'), program, ...args], {
    env: { ...env, DROVER_BENCH_PEAK: peak },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const ms = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${stderr}${stdout}`);
  return { ms, peakMib: Number(readFileSync(peak, 'utf8')), stdout };
}

/** Runs a program of this folder, which is not part of the build. */
export async function runBenchProgram(
  program: string,
  args: readonly string[],
  options: { readonly directory: string },
): Promise<Measured> {
  return runMeasured(join(__dirname, 'run-typescript.cjs'), [join(__dirname, program), ...args], options);
}
