import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { temporalBinary } from '../temporal-binaries';

jest.setTimeout(120_000);

test('a worker that is told to drain while it still starts ends by itself', async () => {
  const root = mkdtempSync(join(tmpdir(), 'drover-drain-'));
  const siteFile = join(root, 'sites.yaml');
  writeFileSync(siteFile, 'sites: {}\n');
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const world = await CampaignWorld.open(join(root, 'world'), siteFile, fromSetUp);
  try {
    const worker = world.startWorker();
    // Connected, but its queues are not served yet.
    await until('the worker says so', () =>
      Promise.resolve(readFileSync(join(world.directory, 'worker-1.log'), 'utf8').includes('worker runs')),
    );
    expect(await worker.drain()).toBe(0);
  } finally {
    await world.close();
    rmSync(root, { recursive: true, force: true });
  }
});
