import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packagePath } from '../../client/package-path';
import { until } from '../campaigns/until';
import { inWorldWithoutSites } from './world-without-sites';

jest.setTimeout(300_000);

// The SDK takes a server that answered, and then does not while the worker starts, for one that is not there.
test('"drover worker" starts again where the server stood still while it started, and ends where the namespace is missing', async () => {
  await inWorldWithoutSites(async (world, siteFile) => {
    const env = { ...process.env, TEMPORAL_ADDRESS: world.address, DROVER_HOME: join(world.directory, 'home') };
    const start = (more: NodeJS.ProcessEnv = {}) => {
      const command = [packagePath('dist', 'client', 'main.js'), 'worker', '--site-file', siteFile];
      const child = spawn(process.execPath, command, { env: { ...env, ...more }, stdio: ['ignore', 'ignore', 'pipe'] });
      const started = { child, log: '' };
      child.stderr.on('data', (text: Buffer) => (started.log += text.toString()));
      return started;
    };
    // What no restart mends ends it.
    const refused = start({ TEMPORAL_NAMESPACE: 'nowhere' });
    expect(await once(refused.child, 'close')).toEqual([3, null]);
    expect(refused.log).toMatch(/Namespace nowhere was not found/);

    const worker = start();
    let frozen = false;
    worker.child.stderr.on('data', () => {
      if (frozen || !worker.log.includes('worker runs')) return;
      frozen = true;
      process.kill(world.serverPid, 'SIGSTOP');
    });
    try {
      await until('the worker gives up', () => worker.log.includes('has to be started again'), 200_000);
      process.kill(world.serverPid, 'SIGCONT');
      const runsAgain = (): boolean => worker.log.lastIndexOf('worker runs') > worker.log.lastIndexOf('started again');
      await until('it runs again', runsAgain, 60_000);
      worker.child.kill('SIGTERM');
      expect(await once(worker.child, 'exit')).toEqual([0, null]);
    } finally {
      worker.child.kill('SIGKILL');
    }
  });
});
