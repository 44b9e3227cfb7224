import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { stringify } from 'yaml';
import { lookAtSite, SiteClosedError } from '../../activities/look-at-site';
import { parseSiteFile } from '../../campaign/spec/site-file';
import { createSshShell } from '../../remote/ssh-shell';
import { openSite } from '../../worker/open-site';
import { makeKeyPair, startTestServer, type KeyPair, type TestServer } from '../remote/ssh-server';

const userKey = makeKeyPair();
const KINDS = ['host', 'guest', 'vantage'] as const;
type Kind = (typeof KINDS)[number];
const hostKeys: Readonly<Record<Kind, KeyPair>> = { host: makeKeyPair(), guest: makeKeyPair(), vantage: makeKeyPair() };
const LABELS = { host: 'host h1', guest: 'VM g1', vantage: 'vantage office' } as const;

let folder: string;
let servers: Readonly<Record<Kind, TestServer>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-host-key-'));
  writeFileSync(join(folder, 'key'), userKey.private, { mode: 0o600 });
  const [host, guest, vantage] = await Promise.all(KINDS.map((kind) => startTestServer(hostKeys[kind], userKey)));
  if (host === undefined || guest === undefined || vantage === undefined) throw new Error('a server is missing');
  servers = { host, guest, vantage };
});
afterEach(async () => {
  await Promise.all(KINDS.map((kind) => servers[kind].stop()));
  rmSync(folder, { recursive: true });
});

const knownHostsOf = (kind: Kind): string => join(folder, `known_hosts_${kind}`);

/** A site whose machines are the three servers; known_hosts has another key for those of `changed`. */
function siteFile(changed: readonly Kind[]): string {
  const access = (kind: Kind): object => {
    const { public: known } = changed.includes(kind) ? makeKeyPair() : hostKeys[kind];
    writeFileSync(knownHostsOf(kind), `[127.0.0.1]:${String(servers[kind].port)} ${known}\n`);
    const key = `file:${join(folder, 'key')}`;
    return { user: 'tester', port: servers[kind].port, key, knownHosts: knownHostsOf(kind) };
  };
  const address = '127.0.0.1';
  const site = {
    kind: 'libvirt',
    hosts: { h1: { address } },
    ssh: access('host'),
    guests: { addresses: { g1: address }, ssh: access('guest') },
    vantages: { office: { address, ssh: access('vantage') } },
  };
  return stringify({ sites: { rack: site } });
}

/** What preflight says of the machines that cannot be entered. */
async function problemsOf(changed: readonly Kind[]): Promise<readonly string[]> {
  const parsed = parseSiteFile(siteFile(changed), 'sites.yaml', folder);
  const site = parsed.ok ? parsed.sites['rack'] : undefined;
  if (site === undefined) throw new Error('the site file is wrong');
  const shell = createSshShell();
  const program = async () => Promise.reject(new Error('no agent is to be started'));
  const connection = await openSite('rack', site, { shell, program, probers: folder, onProblem: () => undefined });
  try {
    await lookAtSite(connection, { placement: { h1: ['g1'] }, actions: [] }, {});
    return [];
  } catch (error) {
    // Without a changed key it is the server that does not know virsh.
    return error instanceof SiteClosedError ? error.problems.map(({ message }) => message) : [];
  } finally {
    await connection.hypervisor.close();
    await shell.close();
  }
}

const fingerprint = (kind: Kind): string => {
  const key = utils.parseKey(hostKeys[kind].public);
  if (key instanceof Error) throw key;
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
};

test.each(KINDS)('a %s whose key has changed is refused before any authentication', async (kind) => {
  const problems = await problemsOf([kind]);
  const [message = ''] = problems;
  expect(problems).toHaveLength(1);
  for (const part of [LABELS[kind], `127.0.0.1:${String(servers[kind].port)}`, fingerprint(kind), knownHostsOf(kind)])
    expect(message).toContain(part);
  expect(message).toContain('has changed');
  expect(servers[kind].connections()).toBeGreaterThan(0);
  expect(servers[kind].authentications()).toBe(0);
  // The others were entered: so this test can tell.
  for (const other of KINDS.filter((each) => each !== kind))
    expect(servers[other].authentications()).toBeGreaterThan(0);
});

test('all of them at once are named at once', async () => {
  expect((await problemsOf(KINDS)).map((message) => message.split(':')[0])).toEqual(
    expect.arrayContaining(Object.values(LABELS)),
  );
  for (const kind of KINDS) expect(servers[kind].authentications()).toBe(0);
});
