import { spawn } from 'node:child_process';
import { labPaths, type LabDescription } from './lab-paths';

/** lab.sh said no; the message ends with what it printed. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** The interface on this machine that leads into a lab. */
export function linkName(network: string): string {
  return `drover${network.split('.')[1] ?? ''}`;
}

/** Runs lab.sh for one lab. @returns what it printed @throws LabError */
export function runLabScript(lab: LabDescription, ...args: string[]): Promise<string> {
  const { directory, root, images } = labPaths(lab.name, lab.suite);
  const env = {
    ...process.env,
    LAB: directory,
    ROOT: root,
    IMG: images,
    SUITE: lab.suite,
    NET: lab.network,
    LINK: linkName(lab.network),
    MEM: String(lab.memoryMib),
    TYPE: lab.kvm ? 'kvm' : 'qemu',
  };
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [require.resolve('drover/lab/kvm/lab.sh'), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    // Hosts keep the pipes open: only the script's own end counts.
    child.once('exit', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new LabError(
            `lab ${lab.name}: ${args.join(' ')} failed: ${errors.trim().split('\n').slice(-5).join('; ') || `exit code ${String(code)}`}`,
          ),
        );
    });
  });
}
