import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibvirtConfig } from '../../../hypervisors/libvirt/libvirt-config';
import { RemoteError } from '../../../remote/remote-error';
import type { ExecResult, RemoteShell, SshTarget } from '../../../remote/types';

/** What a host's virsh does: a shell script; null: the host cannot be reached; `hangs`: its answer never comes. */
export type FakeVirsh = string | null;

/** A host whose answer never comes. */
export const HANGS = 'hangs';

/** A libvirtd that is frozen: timeout(1) ends virsh, which has said nothing. */
export const FROZEN = 'exit 124';

const target = (host: string): SshTarget => ({ host, port: 22, user: 'root', privateKey: '', knownHosts: '' });

/** Hosts whose scripts really run, here, each with a virsh, markers and logs of its own. */
export class FakeHosts {
  readonly config: LibvirtConfig;
  readonly shell: RemoteShell;
  private readonly root = mkdtempSync(join(tmpdir(), 'drover-fake-hosts-'));
  private readonly virsh = new Map<string, FakeVirsh>();

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
    this.virsh.set(host, virsh);
    if (virsh === null || virsh === HANGS) return;
    const bin = join(this.root, host);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'virsh'), `#!/bin/sh\n${virsh}\n`);
    chmodSync(join(bin, 'virsh'), 0o755);
  }

  /** Leaves an intent's marker on a host: file name to content, and its fate. */
  mark(host: string, intentId: string, fate: string, files: Readonly<Record<string, string>>): void {
    const folder = join(this.root, host, 'intents', intentId);
    mkdirSync(folder, { recursive: true });
    symlinkSync(fate, join(folder, 'fate'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  }

  /** Leaves a file where a host's markers should be. */
  spoilMarkers(host: string): void {
    writeFileSync(join(this.root, host, 'intents'), '');
  }

  /** Writes QEMU's log of a VM on a host. */
  log(host: string, vm: string, text: string): void {
    const folder = join(this.root, host, 'log');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${vm}.log`), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async exec(host: string, command: string): Promise<ExecResult> {
    const virsh = this.virsh.get(host);
    if (virsh === HANGS) return new Promise(() => undefined);
    if (virsh === null) throw new RemoteError('unreachable', `No SSH connection to root@${host}:22.`);
    const own = join(this.root, host);
    const here = command
      .replaceAll('/run/drover/intents', join(own, 'intents'))
      .replaceAll('/run/libvirt/qemu', join(own, 'qemu'))
      .replaceAll('/var/log/libvirt/qemu', join(own, 'log'));
    const env = { ...process.env, PATH: `${own}:${process.env['PATH'] ?? ''}` };
    const child = spawn('sh', ['-c', here], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (piece: Buffer) => (text[stream] += piece.toString('utf8')));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, ...text }));
    });
  }
}
