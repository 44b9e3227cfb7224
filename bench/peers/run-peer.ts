import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PeerInput } from './request-migration';

const LONGEST_MS = 3_600_000;

/**
 * Runs a program of this folder in a process of its own, as drover's worker is; it reads its input from a file and prints
 * JSON as its last line. What it leaves running ends with the bench, since its command line names the bench's directory.
 * @throws Error with what it printed
 */
export async function runPeer(program: string, input: PeerInput, directory: string): Promise<unknown> {
  const file = join(directory, `${program}.json`);
  writeFileSync(file, JSON.stringify(input));
  const args = [join(__dirname, '..', 'run-typescript.cjs'), join(__dirname, `${program}.ts`), file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LONGEST_MS, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
