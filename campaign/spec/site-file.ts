import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { limitProblems } from './limit-problems';
import { nameSchema } from './name-schema';
import { parseLocated } from './parse-document';
import type { Problem } from './problems';
import { checkShape } from './shape-problems';

const secret = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, {
  error: 'a secret is given as env:NAME or file:PATH, never as itself',
});

const ssh = z.strictObject({
  user: z.string().min(1).default('root'),
  port: z.int().min(1).max(65_535).default(22),
  key: secret,
  knownHosts: z.string().min(1),
});

const limits = z.strictObject({ migrationsPerHost: z.int().min(1).default(4) }).prefault({});

const libvirt = z.strictObject({
  kind: z.literal('libvirt'),
  emulated: z.boolean().default(false),
  hosts: z.record(nameSchema, z.strictObject({ address: z.string().min(1) })),
  ssh,
  migrateUri: z
    .string()
    .includes('{host}', { error: 'a libvirt address that contains {host}, such as qemu+ssh://root@{host}/system' })
    .default('qemu+ssh://root@{host}/system'),
  guests: z.strictObject({ addresses: z.record(nameSchema, z.string().min(1)), ssh }),
  /** What a host's own counters cover: its machine, or (where hosts share one, as in a lab) its own processes only. */
  counters: z.enum(['machine', 'own-processes']).optional(),
  /** Further machines that probes are sent from; without `ssh` they are reached as hosts are. */
  vantages: z.record(nameSchema, z.strictObject({ address: z.string().min(1), ssh: ssh.optional() })).default({}),
  limits,
});

const simulated = z.strictObject({
  kind: z.literal('simulated'),
  url: z.url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:8080' }),
  emulated: z.literal(true).default(true),
  limits,
});

const siteFileSchema = z.strictObject({
  sites: z.record(nameSchema, z.discriminatedUnion('kind', [libvirt, simulated])),
});

/** A libvirt site; `key` is still a reference to the secret, paths are absolute. */
export type LibvirtSite = z.infer<typeof libvirt>;
/** A simulated site. */
export type SimulatedSite = z.infer<typeof simulated>;
/** One site of the site file. */
export type Site = LibvirtSite | SimulatedSite;

/** Parses a site file; relative paths are relative to `folder`. @returns sites by name, or all problems with their places */
export function parseSiteFile(
  text: string,
  file: string,
  folder: string,
):
  | { readonly ok: true; readonly sites: Readonly<Record<string, Site>> }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const parsed = parseLocated(text, file);
  if (!parsed.ok) return parsed;
  const { value, locate } = parsed.document;
  const checked = checkShape(siteFileSchema, value);
  if (!checked.ok) return { ok: false, problems: locate(limitProblems(checked.problems)).map(hideSecret) };
  const sites = Object.entries(checked.data.sites).map(([name, site]) => [
    name,
    site.kind === 'libvirt' ? absolute(site, folder) : site,
  ]);
  return { ok: true, sites: Object.fromEntries(sites) as Record<string, Site> };
}

function absolute(site: LibvirtSite, folder: string): LibvirtSite {
  const path = (text: string): string => (isAbsolute(text) ? text : resolve(folder, text));
  const access = (from: LibvirtSite['ssh']): LibvirtSite['ssh'] => ({
    ...from,
    key: from.key.startsWith('file:') ? `file:${path(from.key.slice('file:'.length))}` : from.key,
    knownHosts: path(from.knownHosts),
  });
  const vantages = Object.entries(site.vantages).map(([name, { address, ssh: own }]) => [
    name,
    { address, ssh: access(own ?? site.ssh) },
  ]);
  return {
    ...site,
    ssh: access(site.ssh),
    guests: { ...site.guests, ssh: access(site.guests.ssh) },
    vantages: Object.fromEntries(vantages) as LibvirtSite['vantages'],
  };
}

/** A secret that was written into the file itself, also into a wrong place, must not reach a log by way of a message. */
function hideSecret({ found, ...problem }: Problem): Problem {
  if (found === undefined) return problem;
  const isShown = problem.path.endsWith('.kind') || /^(-?[\d.]{1,20}|true|false|null)$/.test(found);
  return { ...problem, found: isShown ? found : 'something else (not shown)' };
}
