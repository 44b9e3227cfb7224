import { join } from 'node:path';
import { stringify } from 'yaml';
import { labPaths, type LabDescription } from './lab-paths';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Address of host n, counted from 1. */
export function hostAddress(network: string, n: number): string {
  return `${network}.0.${String(10 + n)}`;
}

/** Address of VM n, counted from 1. */
export function vmAddress(network: string, n: number): string {
  return `${network}.1.${String(n)}`;
}

/** The site file of a lab: a site of the lab's name. */
export function labSiteFile(lab: LabDescription): string {
  const { directory } = labPaths(lab.name, lab.suite);
  const ssh = {
    user: 'root',
    key: `file:${join(directory, 'ssh', 'id_ed25519')}`,
    knownHosts: join(directory, 'known_hosts'),
  };
  const site = {
    kind: 'libvirt',
    emulated: !lab.kvm,
    counters: 'own-processes',
    hosts: Object.fromEntries(
      numbers(lab.hosts).map((n) => [`h${String(n)}`, { address: hostAddress(lab.network, n) }]),
    ),
    ssh,
    migrateUri: 'qemu+ssh://root@{host}/system',
    guests: {
      addresses: Object.fromEntries(numbers(lab.vms).map((n) => [`g${String(n)}`, vmAddress(lab.network, n)])),
      ssh,
    },
  };
  return stringify({ sites: { [lab.name]: site } }, { aliasDuplicateObjects: false });
}
