import { AWAKE_TICKS } from './awake-ticks';
import { timesBegun } from './simulated-moments';
import { until } from '../campaigns/until';
import { useSimulatedMoments } from './use-simulated-moments';

jest.setTimeout(1_200_000);

const simulated = useSimulatedMoments();

// Side by side, for each mostly waits for a heartbeat timeout. simulated.long.test.ts has the other moments.
describe('every planned migration happens once on a simulated site', () => {
  test.concurrent('worker killed while migrations are armed, asked for and running', async () => {
    const moments = await simulated.reach('killed');
    await moments.worker.kill();
    moments.asked.letGo();
    moments.answered.letGo();
    moments.world.startWorker();
    const rows = await simulated.happenedOnce(moments);
    expect(rows.get('answered')?.provenance).toBe('recovered');
  });

  test.concurrent('worker frozen past its heartbeat timeout while another takes over, then awake again', async () => {
    const moments = await simulated.reach('frozen');
    const { worker, world, asked, answered } = moments;
    worker.stop();
    answered.letGo();
    world.startWorker();
    // Both are where they were when the first worker wanted to move them.
    await until(
      'asked and armed have gone and come back',
      () => timesBegun(moments, 'g2', 'h2') === 1 && timesBegun(moments, 'g3', 'h1') === 1,
    );
    asked.letGo();
    await until('the old request was answered', () => asked.status() !== null);
    expect(asked.status()).toBeGreaterThanOrEqual(400);
    const ticks = worker.cpuTicks();
    worker.goOn();
    await until('the frozen worker is awake', () => worker.cpuTicks() > ticks + AWAKE_TICKS);
    expect(await worker.drain()).toBe(0);
    const rows = await simulated.happenedOnce(moments);
    expect(rows.get('answered')?.provenance).toBe('recovered');
  });
});
