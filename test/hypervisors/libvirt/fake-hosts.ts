import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibvirtConfig } from '../../../hypervisors/libvirt/libvirt-config';
import { RemoteError } from '../../../remote/remote-error';
import type { ExecResult, RemoteShell, SshTarget } from '../../../remote/types';

/** What a host's virsh does: a shell script, or null where the host itself does not answer. */
export type FakeVirsh = string | null;

/** A libvirtd that is frozen: timeout(1) ends virsh, which has said nothing. */
export const FROZEN = 'exit 124';

const target = (host: string): SshTarget => ({ host, port: 22, user: 'root', privateKey: '', knownHosts: '' });

/** Hosts whose scripts really run, here, each with a virsh of its own. */
export class FakeHosts {
  readonly config: LibvirtConfig;
  readonly shell: RemoteShell;
  private readonly root = mkdtempSync(join(tmpdir(), 'drover-fake-hosts-'));
  private readonly silent = new Set<string>();

  constructor(virsh: Readonly<Record<string, FakeVirsh>>) {
    const names = Object.keys(virsh);
    const hosts = Object.fromEntries(names.map((name) => [name, target(name)]));
    this.config = { hosts, migrateUri: 'qemu+ssh://root@{host}/system', addresses: {} };
    this.shell = {
      exec: async ({ host }, command) => this.exec(host, command),
      copy: () => Promise.reject(new Error('nothing is copied')),
      close: () => Promise.resolve(),
    };
    for (const name of names) this.set(name, virsh[name] ?? null);
  }

  /** Changes what a host's virsh does. */
  set(host: string, virsh: FakeVirsh): void {
    if (virsh === null) {
      this.silent.add(host);
      return;
    }
    this.silent.delete(host);
    const bin = join(this.root, host);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'virsh'), `#!/bin/sh\n${virsh}\n`);
    chmodSync(join(bin, 'virsh'), 0o755);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async exec(host: string, command: string): Promise<ExecResult> {
    if (this.silent.has(host)) throw new RemoteError('unreachable', `No SSH connection to root@${host}:22.`);
    const env = { ...process.env, PATH: `${join(this.root, host)}:${process.env['PATH'] ?? ''}` };
    const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (piece: Buffer) => (text[stream] += piece.toString('utf8')));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, ...text }));
    });
  }
}
