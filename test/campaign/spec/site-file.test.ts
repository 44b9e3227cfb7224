import { parseSiteFile } from '../../../campaign/spec/site-file';

const LIBVIRT = `sites:
  lab:
    kind: libvirt
    emulated: true
    hosts:
      h1: { address: 10.78.0.11 }
    ssh: { user: root, port: 22, key: 'file:keys/id', knownHosts: known_hosts }
    migrateUri: 'qemu+ssh://root@{host}/system'
    guests:
      addresses: { g1: 10.78.1.1, g2: '10.78.1.2:7707' }
      ssh: { key: 'env:GUEST_KEY', knownHosts: /etc/drover/known_hosts }
    vantages:
      roof: { address: 10.0.9.1, ssh: { key: env:ROOF_KEY, knownHosts: roof_hosts } }
      h1-side: { address: 10.78.0.11 }
    limits: { migrationsPerHost: 2 }
`;

test('reads a libvirt site; paths become absolute, secrets stay references', () => {
  expect(parseSiteFile(LIBVIRT, 'sites.yaml', '/srv/lab')).toEqual({
    ok: true,
    sites: {
      lab: {
        kind: 'libvirt',
        emulated: true,
        hosts: { h1: { address: '10.78.0.11' } },
        ssh: { user: 'root', port: 22, key: 'file:/srv/lab/keys/id', knownHosts: '/srv/lab/known_hosts' },
        migrateUri: 'qemu+ssh://root@{host}/system',
        guests: {
          addresses: { g1: '10.78.1.1', g2: '10.78.1.2:7707' },
          ssh: { user: 'root', port: 22, key: 'env:GUEST_KEY', knownHosts: '/etc/drover/known_hosts' },
        },
        vantages: {
          roof: {
            address: '10.0.9.1',
            ssh: { user: 'root', port: 22, key: 'env:ROOF_KEY', knownHosts: '/srv/lab/roof_hosts' },
          },
          'h1-side': {
            address: '10.78.0.11',
            ssh: { user: 'root', port: 22, key: 'file:/srv/lab/keys/id', knownHosts: '/srv/lab/known_hosts' },
          },
        },
        limits: { migrationsPerHost: 2 },
      },
    },
  });
});

test('reads a simulated site with its defaults', () => {
  expect(parseSiteFile('sites: { sim: { kind: simulated, url: "http://127.0.0.1:4000" } }', 's.yaml', '/')).toEqual({
    ok: true,
    sites: {
      sim: { kind: 'simulated', url: 'http://127.0.0.1:4000', emulated: true, limits: { migrationsPerHost: 4 } },
    },
  });
});

test.each([
  [
    'an unknown field',
    LIBVIRT.replace('migrateUri', 'migrateUrl'),
    { line: 8, path: 'sites.lab.migrateUrl', nearest: 'migrateUri' },
  ],
  [
    'an unknown kind',
    LIBVIRT.replace('kind: libvirt', 'kind: libvrt'),
    { line: 3, path: 'sites.lab.kind', nearest: 'libvirt' },
  ],
  ['a URI without {host}', LIBVIRT.replace('{host}', 'h2'), { line: 8, path: 'sites.lab.migrateUri' }],
  [
    'a missing field',
    LIBVIRT.replace(', knownHosts: known_hosts', ''),
    { line: 7, path: 'sites.lab.ssh.knownHosts', message: 'is missing' },
  ],
  [
    'a limit of none',
    LIBVIRT.replace('migrationsPerHost: 2', 'migrationsPerHost: 0'),
    { line: 15, path: 'sites.lab.limits.migrationsPerHost', allowed: 'at least 1' },
  ],
])('refuses %s, with its line', (_, text, problem) => {
  expect(parseSiteFile(text, 'sites.yaml', '/')).toMatchObject({
    ok: false,
    problems: [{ file: 'sites.yaml', ...problem }],
  });
});

test('never repeats a secret that was written into the file', () => {
  const parsed = parseSiteFile(LIBVIRT.replace('file:keys/id', 'hunter2-planted'), 'sites.yaml', '/');
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toContain('hunter2');
});

test.each([
  ['as the whole access', "ssh: 'hunter2'"],
  ['in a list', 'ssh: [hunter2]'],
  ['under another name', 'ssh: { user: 5, key: { pem: hunter2 }, knownHosts: 1 }'],
  ['in a text that is no YAML', 'ssh: &x\n      - %hunter2: "hunter2'],
])('a secret that was written into the file %s is in no message', (_, access) => {
  const text = LIBVIRT.replace(/ssh: \{ user: root.*/, access);
  const read = parseSiteFile(text, 'sites.yaml', '/srv/lab');
  expect(read.ok).toBe(false);
  expect(JSON.stringify(read)).not.toContain('hunter2');
});
