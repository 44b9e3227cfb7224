import { spawn } from 'node:child_process';
import { labPaths, type LabDescription } from './lab-paths';

/** lab.sh said no; the message ends with what it printed. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** What lab.sh must know; the network and the rest are not known before a lab is open. */
export type LabForScript = Pick<LabDescription, 'name' | 'suite'> & Partial<LabDescription>;

const SHOWN_LINES = 5;

/**
 * Runs lab.sh for one lab. Aborting ends the script but not what it started: `down` does that.
 * @returns what it printed @throws LabError
 */
export function runLabScript(lab: LabForScript, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { directory, root, images } = labPaths(lab.name, lab.suite);
  const starts = args[0] === 'open' || args[0] === 'up';
  const env = {
    ...process.env,
    LAB: directory,
    ROOT: root,
    IMG: images,
    SUITE: lab.suite,
    NET: lab.network ?? '',
    HOSTS: String(lab.hosts ?? ''),
    VMS: String(lab.vms ?? ''),
    MEM: String(lab.memoryMib ?? ''),
    TYPE: lab.kvm === true ? 'kvm' : 'qemu',
    ...(starts ? { DROVER_LAB_STARTS: directory } : {}),
  };
  return new Promise((resolve, reject) => {
    // A session of its own: Ctrl-C in a terminal must reach only drover, which then takes the lab down in order.
    const child = spawn('bash', [require.resolve('drover/lab/kvm/lab.sh'), ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', (error) => {
      reject(new LabError(`lab ${lab.name}: ${args[0] ?? ''}: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else {
        const shown = errors.trim().split('\n').slice(-SHOWN_LINES).join('\n  ');
        reject(new LabError(`lab ${lab.name}: ${args[0] ?? ''} failed: ${shown || `exit code ${String(code)}`}`));
      }
    });
  });
}
