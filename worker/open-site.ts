import type { SiteConnection } from '../activities/dependencies';
import type { BuiltAgent } from '../agents/build';
import { createSimulatedAgents } from '../agents/simulated-agents';
import { createSshAgents } from '../agents/ssh-agents';
import type { LibvirtSite, SimulatedSite, Site } from '../campaign/spec/site-file';
import { createLibvirt } from '../hypervisors/libvirt/create-libvirt';
import { createSimulated } from '../hypervisors/simulated/create-simulated';
import type { RemoteShell, SshTarget } from '../remote/types';
import { createVantages } from './create-vantages';
import { createSampler, createSimulatedSampler } from './create-sampler';
import { readSecret } from './read-secret';

/** What opening a site may use. */
export interface SiteTools {
  readonly shell: RemoteShell;
  readonly program: () => Promise<BuiltAgent>;
  /** Folder of all probers' books on this machine. */
  readonly probers: string;
  /** Told what went wrong with one machine's agents and did not stop the others. */
  readonly onProblem: (problem: string) => void;
}

/** Makes the driver and the agents of a site; connections are opened when they are first used. @throws SecretError */
export async function openSite(name: string, site: Site, tools: SiteTools): Promise<SiteConnection> {
  return site.kind === 'libvirt' ? openLibvirt(name, site, tools) : openSimulated(name, site);
}

async function openLibvirt(name: string, site: LibvirtSite, tools: SiteTools): Promise<SiteConnection> {
  const { shell, program, onProblem } = tools;
  const { kind, emulated, migrateUri, limits } = site;
  const addresses = site.guests.addresses;
  const vantages = await vantageTargets(site);
  const hosts = await targets(
    site.ssh,
    mapValues(site.hosts, ({ address }) => address),
  );
  const guests = await targets(site.guests.ssh, addresses);
  return {
    name,
    kind,
    emulated,
    migrationsPerHost: limits.migrationsPerHost,
    hypervisor: createLibvirt({ hosts, migrateUri, addresses: mapValues(addresses, (address) => [address]) }, shell),
    agents: createSshAgents({
      shell,
      hosts,
      guests,
      program,
      ownProcesses: (site.counters ?? (emulated ? 'own-processes' : 'machine')) === 'own-processes',
      onEvent: ({ message }) => onProblem(message),
    }),
    sampler: createSampler({ shell, hosts, guests }),
    vantages: createVantages(vantages, tools),
  };
}

async function vantageTargets({ ssh, vantages }: LibvirtSite): Promise<Readonly<Record<string, SshTarget>>> {
  const found = Object.entries(vantages).map(async ([name, vantage]) =>
    Object.entries(await targets(vantage.ssh ?? ssh, { [name]: vantage.address })),
  );
  return Object.fromEntries((await Promise.all(found)).flat());
}

function openSimulated(name: string, { kind, emulated, url, limits }: SimulatedSite): SiteConnection {
  const hypervisor = createSimulated({ url });
  return {
    name,
    kind,
    emulated,
    migrationsPerHost: limits.migrationsPerHost,
    hypervisor,
    agents: createSimulatedAgents({ url }),
    sampler: createSimulatedSampler(hypervisor.counters, url),
  };
}

async function targets(
  { user, port, key, knownHosts }: LibvirtSite['ssh'],
  addresses: Readonly<Record<string, string>>,
): Promise<Record<string, SshTarget>> {
  const privateKey = await readSecret(key);
  const known = await readSecret(`file:${knownHosts}`);
  return mapValues(addresses, (host) => ({
    ...{ host, port, user, privateKey, knownHosts: known },
    knownHostsFile: knownHosts,
  }));
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
