import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BuiltAgent } from './build';

/** The agent program as it is copied to machines. */
export interface AgentProgram {
  readonly content: Buffer;
  /** SHA-256 of the content, hex. */
  readonly sha256: string;
  /** Its file name on a machine, different for different contents. */
  readonly file: string;
}

/** Reads a built program and names it by its hash. */
export async function loadProgram({ path }: BuiltAgent): Promise<AgentProgram> {
  const content = await readFile(path);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, file: `drover-agent-${sha256.slice(0, 16)}` };
}
