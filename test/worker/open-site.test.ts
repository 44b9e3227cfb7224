import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibvirtSite } from '../../campaign/spec/site-file';
import { createSshShell } from '../../remote/ssh-shell';
import { openSite } from '../../worker/open-site';
import { SecretError } from '../../worker/read-secret';

const folder = mkdtempSync(join(tmpdir(), 'drover-open-site-'));
const there = join(folder, 'there');
const missing = join(folder, 'missing');
const shell = createSshShell();

beforeAll(() => writeFileSync(there, 'made up'));
afterAll(async () => {
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['key', missing, there],
  ['known_hosts', there, missing],
])('a %s file that is not there is named', async (_, key, knownHosts) => {
  const ssh = { user: 'root', port: 22, key: `file:${key}`, knownHosts };
  const site: LibvirtSite = {
    kind: 'libvirt',
    emulated: false,
    hosts: { h1: { address: '127.0.0.1' } },
    ssh,
    migrateUri: 'qemu+ssh://root@{host}/system',
    guests: { addresses: {}, ssh },
    vantages: {},
    limits: { migrationsPerHost: 4 },
  };
  const program = (): Promise<never> => Promise.reject(new Error('nothing is compiled here'));
  const opened = openSite('rack7', site, { shell, program, probers: folder, onProblem: () => undefined });
  await expect(opened).rejects.toThrow(SecretError);
  await expect(opened).rejects.toThrow(`${missing} cannot be read`);
});
