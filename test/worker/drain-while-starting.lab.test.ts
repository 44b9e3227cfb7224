import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../campaigns/until';
import { inWorldWithoutSites } from './world-without-sites';

jest.setTimeout(120_000);

test('a worker that is told to drain while it still starts ends by itself', async () => {
  await inWorldWithoutSites(async (world) => {
    const worker = world.startWorker();
    // Connected, but its queues are not served yet.
    await until('the worker says so', () =>
      Promise.resolve(readFileSync(join(world.directory, 'worker-1.log'), 'utf8').includes('worker runs')),
    );
    expect(await worker.drain()).toBe(0);
  });
});
