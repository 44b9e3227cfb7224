import type { RemoteShell, SshTarget } from '../remote/types';
import { AgentError } from './agent-error';
import type { AgentProgram } from './agent-program';
import { findPlaceScript } from './machine-script';

/** What is brought where. */
export interface BroughtProgram {
  readonly shell: RemoteShell;
  readonly program: AgentProgram;
  /** Folders that agents may live in, best first. */
  readonly places: readonly string[];
  /** Folder name of the campaign there. */
  readonly folder: string;
}

const COMMAND_TIMEOUT_MS = 30_000;

/**
 * Brings the agent program to a machine, unless the same is there already. @param label - how messages name the machine
 * @returns its directory there @throws AgentError that names machine and remedy; RemoteError if it is not reached
 */
export async function bringProgram(
  { shell, program, places, folder }: BroughtProgram,
  label: string,
  target: SshTarget,
): Promise<string> {
  const script = findPlaceScript(places, folder, program.file);
  const { code, stdout, stderr } = await shell.exec(target, script, { timeoutMs: COMMAND_TIMEOUT_MS });
  const [directory = '', there = ''] = stdout.split('\n');
  if (code !== 0 || directory === '') {
    throw new AgentError(
      `${label} (${target.user}@${target.host}) has no place for drover's agents: none of ${places.join(', ')} is ` +
        `writable, ${target.user}'s own and allows programs to run${stderr === '' ? '' : ` (${stderr.trim()})`}.`,
    );
  }
  if (there !== program.sha256 && there !== '')
    await shell.copy(target, program.content, `${directory}/${program.file}`, 0o700);
  return directory;
}
