import { relative } from 'node:path';
import type { FoundSite } from '../campaign/spec/load-sites';
import { renderTable } from './render-table';

const NONE =
  'no site: describe yours in ./sites.yaml (or name its file with --site-file), or bring up a lab with "drover lab up"\n';

/** A site without anything secret. */
export interface ShownSite {
  readonly name: string;
  readonly kind: string;
  readonly emulated: boolean;
  readonly migrationsPerHost: number;
  /** Host name to address; null: its own management knows the hosts. */
  readonly hosts: Readonly<Record<string, string>> | null;
  /** VM name to address; null: its own management knows the VMs. */
  readonly vms: Readonly<Record<string, string>> | null;
  /** Name of each further vantage to its address. */
  readonly vantages: Readonly<Record<string, string>>;
  /** Where its management answers; null: on the hosts themselves. */
  readonly url: string | null;
  readonly file: string;
}

/** Sites as `drover sites --json` prints them. */
export function sitesAsJson(sites: readonly FoundSite[]): readonly ShownSite[] {
  return sites.map(({ name, site, file }) => {
    const { kind, emulated, limits } = site;
    const head = { name, kind, emulated, migrationsPerHost: limits.migrationsPerHost };
    if (site.kind === 'simulated')
      return { ...head, hosts: null, vms: null, vantages: {}, url: withoutPassword(site.url), file };
    const [hosts, vantages] = [addresses(site.hosts), addresses(site.vantages)];
    return { ...head, hosts, vms: site.guests.addresses, vantages, url: null, file };
  });
}

/** Sites for people: a table, then what each one's hosts and VMs are. */
export function renderSites(found: readonly FoundSite[]): string {
  if (found.length === 0) return NONE;
  const sites = sitesAsJson(found);
  const header = ['site', 'kind', 'emulated', 'migrations per host', 'file'];
  const rows = sites.map(({ name, kind, emulated, migrationsPerHost, file }) => [
    ...[name, kind, emulated ? 'yes' : 'no'],
    ...[String(migrationsPerHost), shortPath(file)],
  ]);
  return [renderTable([header, ...rows]), ...sites.map(details)].join('\n');
}

function addresses(machines: Readonly<Record<string, { readonly address: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(machines).map(([name, { address }]) => [name, address]));
}

function details({ name, hosts, vms, vantages, url }: ShownSite): string {
  const lines = [
    ...(url === null ? [] : [`  address: ${url}; "drover lab status" lists its hosts and VMs`]),
    ...(hosts === null ? [] : [`  hosts:   ${listed(hosts)}`]),
    ...(vms === null ? [] : [`  VMs:     ${listed(vms)}`]),
    ...(Object.keys(vantages).length === 0 ? [] : [`  probes are sent from here and from ${listed(vantages)}`]),
  ];
  return `${[name, ...lines].join('\n')}\n`;
}

function listed(addresses: Readonly<Record<string, string>>): string {
  return (
    Object.entries(addresses)
      .map(([name, address]) => `${name} ${address}`)
      .join(', ') || 'none'
  );
}

function shortPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
