import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { packagePath } from '../../client/package-path';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { temporalBinary } from '../temporal-binaries';

jest.setTimeout(300_000);

// The SDK takes a server that answered, and then does not while the worker starts, for one that is not there.
test('"drover worker" starts again where the server stood still while it started, and ends where the namespace is missing', async () => {
  const root = mkdtempSync(join(tmpdir(), 'drover-frozen-server-'));
  const siteFile = join(root, 'sites.yaml');
  writeFileSync(siteFile, 'sites: {}\n');
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const world = await CampaignWorld.open(join(root, 'world'), siteFile, fromSetUp);
  const env = { ...process.env, TEMPORAL_ADDRESS: world.address, DROVER_HOME: join(world.directory, 'home') };
  const command = [packagePath('dist', 'client', 'main.js'), 'worker', '--site-file', siteFile];
  // What no restart mends ends it.
  const lost = { ...env, TEMPORAL_NAMESPACE: 'nowhere' };
  const refused = spawn(process.execPath, command, { env: lost, stdio: ['ignore', 'ignore', 'pipe'] });
  let why = '';
  refused.stderr.on('data', (text: Buffer) => (why += text.toString()));
  expect(await once(refused, 'close')).toEqual([3, null]);
  expect(why).toMatch(/Namespace nowhere was not found/);

  const worker = spawn(process.execPath, command, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  let frozen = false;
  worker.stderr.on('data', (text: Buffer) => {
    log += text.toString();
    if (!log.includes('worker runs') || frozen) return;
    frozen = true;
    process.kill(world.serverPid, 'SIGSTOP');
  });
  try {
    await until('the worker gives up', () => log.includes('has to be started again'), 200_000);
    process.kill(world.serverPid, 'SIGCONT');
    await until('it runs again', () => log.lastIndexOf('worker runs') > log.lastIndexOf('started again'), 60_000);
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  } finally {
    worker.kill('SIGKILL');
    await world.close();
    rmSync(root, { recursive: true, force: true });
  }
});
