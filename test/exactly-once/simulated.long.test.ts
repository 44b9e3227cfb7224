import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../measurement/random';
import { HEARTBEAT_TIMEOUT_MS } from './simulated-moments';
import { useSimulatedMoments } from './use-simulated-moments';

jest.setTimeout(3_600_000);

const simulated = useSimulatedMoments();
const ROUNDS = 6;
/** More than the heartbeat timeout: the server has given the attempts up. */
const OUTAGE_MS = HEARTBEAT_TIMEOUT_MS + 5_000;

test('server down for longer than the heartbeat timeout', async () => {
  const moments = await simulated.reach('server-down');
  const { world, asked, answered } = moments;
  await world.killServer();
  asked.letGo();
  answered.letGo();
  // Meanwhile the worker carries out what is armed.
  await sleep(OUTAGE_MS);
  await world.startServer();
  const rows = await simulated.happenedOnce(moments);
  expect(rows.get('fresh')?.provenance).toBe('observed');
});

test('worker and server killed together, and started again', async () => {
  const moments = await simulated.reach('both');
  const { world, worker, asked, answered } = moments;
  await Promise.all([worker.kill(), world.killServer()]);
  asked.letGo();
  answered.letGo();
  await world.startServer();
  world.startWorker();
  const rows = await simulated.happenedOnce(moments);
  expect(rows.get('answered')?.provenance).toBe('recovered');
});

test.each([1, 2, 3, 4])('worker and server killed again and again at random moments, seed %i', async (seed) => {
  const random = seededRandom(seed);
  const moments = await simulated.reach(`random-${String(seed)}`);
  const { world, asked, answered } = moments;
  let { worker } = moments;
  for (let round = 0; round < ROUNDS; round += 1) {
    const victim = random();
    if (victim < 0.6) await worker.kill();
    if (victim > 0.4) await world.killServer();
    asked.letGo();
    answered.letGo();
    await sleep(random() * 1.5 * HEARTBEAT_TIMEOUT_MS);
    if (victim > 0.4) await world.startServer();
    if (victim < 0.6) worker = world.startWorker();
    await sleep(random() * 20_000);
    // One that found no server when it started has ended: whoever looks after workers starts it again.
    if (!worker.runs) worker = world.startWorker();
  }
  const rows = await simulated.happenedOnce(moments);
  expect(rows.size).toBe(8);
});
