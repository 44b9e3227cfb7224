import type { RemoteShell, SshTarget } from '../remote/types';
import { machineLabel } from './agent-machine';
import { inParallel } from './in-parallel';

/** A machine on which agents could not be started. */
export interface AccessProblem {
  /** One line that names the machine and the remedy. */
  readonly message: string;
  /** True where it does not answer now: the same look may succeed later. */
  readonly unreachable: boolean;
}

/** A machine that drover is to start programs on. */
export interface MachineToEnter {
  readonly kind: 'vm' | 'host' | 'vantage';
  readonly name: string;
  readonly target: SshTarget;
}

const MACHINES_AT_ONCE = 16;
const TIMEOUT_MS = 20_000;

/** Logs in to every machine over SSH, its host key checked, and runs a command there that does nothing. */
export async function checkAccess(
  shell: RemoteShell,
  machines: readonly MachineToEnter[],
): Promise<readonly AccessProblem[]> {
  const found = await inParallel(machines, MACHINES_AT_ONCE, async (machine): Promise<AccessProblem | null> => {
    const label = machineLabel(machine);
    try {
      const { code, stderr } = await shell.exec(machine.target, 'true', { timeoutMs: TIMEOUT_MS });
      if (code === 0) return null;
      const said = stderr.trim() || `exit code ${String(code)}`;
      const user = `${machine.target.user}@${machine.target.host}`;
      return {
        message: `${label}: no command can be run as ${user} (${said}); give that user a shell`,
        unreachable: false,
      };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const refused = 'code' in error && (error.code === 'host-key' || error.code === 'authentication');
      return { message: `${label}: ${error.message}`, unreachable: !refused };
    }
  });
  return found.filter((problem) => problem !== null);
}
