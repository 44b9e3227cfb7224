import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestLab } from '../../test/lab/kvm/test-lab';
import { CannotRun } from '../bench';
import type { DoneMove } from './leg';
import type { RingMove } from './ring-plan';

/** What binds migrations, the same for both contenders. */
export interface RingLimits {
  readonly perHost: number;
  /** MiB a second; null: as fast as it goes. */
  readonly bandwidth: number | null;
}

/** Makes what runs rings by shell-loop.sh over kept SSH connections. @throws CannotRun if this machine lacks ssh or a new bash */
export function openShellRing(lab: TestLab, directory: string, atEnd: (cleanUp: () => void) => void) {
  if (spawnSync('ssh', ['-V']).status !== 0) throw new CannotRun('this machine has no ssh');
  const bash = spawnSync('bash', ['-c', '((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501))']);
  if (bash.status !== 0) throw new CannotRun('this machine has no bash of version 5.1 or later');
  const config = join(directory, 'ssh-config');
  writeFileSync(config, sshConfig(lab, directory));
  const hosts = Object.keys(lab.config.hosts);
  atEnd(() => {
    for (const host of hosts) spawnSync('ssh', ['-F', config, '-O', 'exit', host]);
  });
  return async (moves: readonly RingMove[], { perHost, bandwidth }: RingLimits): Promise<readonly DoneMove[]> => {
    const more = bandwidth === null ? [] : ['--bandwidth', String(bandwidth)];
    const loop = [join(__dirname, 'shell-loop.sh'), config, String(perHost), ...more];
    const lines = moves.map(({ vm, from, to }) => `${vm} ${from} ${to}\n`).join('');
    return (await run('bash', loop, lines)).trim().split('\n').map(parseLine);
  };
}

function sshConfig(lab: TestLab, directory: string): string {
  const hosts = Object.entries(lab.config.hosts).map(([name, { host }]) => `Host ${name}\n  HostName ${host}\n`);
  const ssh = join(lab.directory, 'ssh', 'id_ed25519');
  const known = join(lab.directory, 'known_hosts');
  return `${hosts.join('')}Host *\n  User root\n  IdentityFile ${ssh}\n  UserKnownHostsFile ${known}\n  ControlMaster auto\n  ControlPath ${directory}/%h\n  ControlPersist 10m\n  LogLevel ERROR\n`;
}

function parseLine(line: string): DoneMove {
  const [vm = '', from = '', to = '', begin, end] = line.split(' ');
  return { vm, from, to, requestedMs: Number(begin) * 1_000, finishedMs: Number(end) * 1_000 };
}

async function run(program: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`the shell loop ended with ${String(code)}: ${stderr}`);
  return stdout;
}
