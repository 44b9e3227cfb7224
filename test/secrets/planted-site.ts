import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { labPaths } from '../../lab/kvm/lab-paths';
import type { RemoteShell } from '../../remote/types';
import type { TestLab } from '../lab/kvm/test-lab';
import { makeKeyPair } from '../remote/ssh-server';
import { keyNeedles, textNeedles, type Needle } from './needles';

/** A site file on a KVM lab with credentials of its own for each kind of machine, and what must be found nowhere. */
export interface PlantedSite {
  readonly siteFile: string;
  /** What a worker gets in its environment, the only place where that may be. */
  readonly env: Readonly<Record<string, string>>;
  readonly needles: readonly Needle[];
  /** Names of the needles that stand in `env`. */
  readonly inEnvironment: ReadonlySet<string>;
}

/**
 * Lets three new keys into a lab (hosts, guests, a vantage on h3) and writes sites that use them: `rack` as it should be,
 * `wrong` with a key that nobody knows, `unreadable` with a broken one, `down` with a host that is not there, `misled` whose hosts
 * do not find each other.
 */
export async function plantSite(lab: TestLab, shell: RemoteShell, folder: string): Promise<PlantedSite> {
  mkdirSync(folder, { recursive: true });
  const [hosts, guests, vantage, stranger] = [makeKeyPair(), makeKeyPair(), makeKeyPair(), makeKeyPair()];
  const apiKey = `drover-${randomBytes(24).toString('hex')}`;
  const admit = (line: string): string => `printf '%s\\n' '${line}' >> /root/.ssh/authorized_keys`;
  for (const target of Object.values(lab.config.hosts)) await shell.exec(target, admit(hosts.public));
  for (const vm of Object.keys(lab.config.addresses)) await shell.exec(lab.guest(vm), admit(guests.public));
  const h3 = lab.config.hosts['h3'];
  if (h3 === undefined) throw new Error('the lab has no h3');
  await shell.exec(h3, admit(vantage.public));

  const knownHosts = join(labPaths(lab.lab.name, lab.lab.suite).directory, 'known_hosts');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return `file:${join(folder, name)}`;
  };
  const broken = stranger.private.replace(/\n.{20}/, '\n####################');
  const access = (key: string): object => ({ user: 'root', key, knownHosts });
  const addresses = Object.entries(lab.config.hosts).map(([name, { host }]) => [name, { address: host }] as const);
  const site = (key: string, changes: object = {}): object => ({
    ...{ kind: 'libvirt', emulated: true, counters: 'own-processes' },
    hosts: Object.fromEntries(addresses),
    ssh: access(key),
    guests: {
      addresses: Object.fromEntries(Object.entries(lab.config.addresses).map(([vm, [address]]) => [vm, address])),
      ssh: access(file('guest_key', guests.private)),
    },
    ...changes,
  });
  const known = 'env:PLANTED_HOST_KEY';
  const office = { address: h3.host, ssh: access(file('vantage_key', vantage.private)) };
  const sites = {
    rack: site(known, { vantages: { office } }),
    wrong: site('env:PLANTED_STRANGER'),
    unreadable: site(file('broken_key', broken)),
    down: site(known, { hosts: { ...Object.fromEntries(addresses), h3: { address: `${lab.lab.network}.0.99` } } }),
    misled: site(known, { migrateUri: 'qemu+ssh://root@{host}:2222/system' }),
  };
  const siteFile = join(folder, 'sites.yaml');
  writeFileSync(siteFile, stringify({ sites }));
  const inEnvironment = [
    ...keyNeedles('host key', hosts.private),
    ...keyNeedles('stranger', stranger.private),
    ...textNeedles('API key', apiKey),
  ];
  return {
    siteFile,
    env: {
      PLANTED_HOST_KEY: hosts.private,
      PLANTED_STRANGER: stranger.private,
      ...{ TEMPORAL_API_KEY: apiKey, TEMPORAL_TLS: 'false' },
    },
    needles: [
      ...inEnvironment,
      ...keyNeedles('guest key', guests.private),
      ...keyNeedles('vantage key', vantage.private),
    ],
    inEnvironment: new Set(inEnvironment.map(({ name }) => name)),
  };
}
