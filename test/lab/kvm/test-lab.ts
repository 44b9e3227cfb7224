import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labDown } from '../../../lab/kvm/down';
import { labPaths, listLabs, type LabDescription } from '../../../lab/kvm/lab-paths';
import { hostAddress, vmAddress } from '../../../lab/kvm/site-file';
import { labUp } from '../../../lab/kvm/up';
import type { LibvirtConfig } from '../../../hypervisors/libvirt/libvirt-config';
import type { SshTarget } from '../../../remote/types';

/** A lab for the tests of one file. Packages and images are those of the checkout's own `.drover`. */
export interface TestLab {
  readonly lab: LabDescription;
  readonly config: LibvirtConfig;
  /** The lab's folder: hosts' files lie in `h1`, `h2`. */
  readonly directory: string;
  readonly guest: (vm: string) => SshTarget;
  /** QEMU's log of a VM on a host; empty if the VM never was there. */
  readonly qemuLog: (host: string, vm: string) => string;
  readonly down: () => Promise<void>;
}

/** A name that no other test has now; a later run recognises it as left behind. */
export function testLabName(suffix = ''): string {
  return `test-${String(process.pid)}${suffix}`;
}

/** Takes down what killed test runs left. */
export async function clearDeadTestLabs(): Promise<void> {
  const dead = listLabs().filter((name) => {
    const pid = /^test-(\d+)/.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
  for (const name of dead) await labDown(name);
}

/** Brings a lab up for a test file; its `down` belongs into afterAll. */
export async function openTestLab(hosts: number, vms: number): Promise<TestLab> {
  await clearDeadTestLabs();
  const name = testLabName();
  const lab = await labUp({ name, hosts, vms, log: () => undefined });
  const { directory } = labPaths(name, lab.suite);
  const access = {
    port: 22,
    user: 'root',
    privateKey: readFileSync(join(directory, 'ssh', 'id_ed25519'), 'utf8'),
    knownHosts: readFileSync(join(directory, 'known_hosts'), 'utf8'),
  };
  const names = (letter: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${letter}${String(index + 1)}`);
  const number = (of: string): number => Number(of.slice(1));
  return {
    lab,
    directory,
    config: {
      hosts: Object.fromEntries(
        names('h', hosts).map((host) => [host, { ...access, host: hostAddress(lab.network, number(host)) }]),
      ),
      migrateUri: 'qemu+ssh://root@{host}/system',
      addresses: Object.fromEntries(names('g', vms).map((vm) => [vm, [vmAddress(lab.network, number(vm))]])),
    },
    guest: (vm) => ({ ...access, host: vmAddress(lab.network, number(vm)) }),
    qemuLog: (host, vm) => {
      const path = join(directory, host, 'var', 'log', 'libvirt', 'qemu', `${vm}.log`);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
    down: async () => labDown(name),
  };
}

/** Processes of this machine whose root or mark says that they belong to a lab's folder. */
export function processesOf(directory: string): readonly number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8');
      const mounts = readFileSync(`/proc/${entry}/mountinfo`, 'utf8');
      return environment.includes(directory) || mounts.includes(`${directory}/h`) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}
