import { setTimeout as sleep } from 'node:timers/promises';
import { createSimulated } from '../../../hypervisors/simulated/create-simulated';
import type { MigrationIntent } from '../../../hypervisors/types';
import { dataCentrePid, startDataCentre } from '../../../lab/simulated/data-centre-process';
import { simulatedLabForTest, type TestLab } from '../../lab/simulated/use-simulated-lab';
import { failure } from '../conformance/moves';

jest.setTimeout(300_000);

let lab: TestLab;
beforeEach(async () => {
  lab = await simulatedLabForTest({ hosts: 3, vms: 4 });
});
afterEach(async () => lab.remove());

const intent = (id: string, from = 'h1', to = 'h2', vm = 'g1'): MigrationIntent => ({ id, vm, from, to, options: {} });
const watching = { signal: AbortSignal.timeout(100_000) };

async function kill(): Promise<void> {
  const pid = dataCentrePid(lab.name);
  if (pid === null) throw new Error('the data centre does not run');
  process.kill(pid, 'SIGKILL');
  while (dataCentrePid(lab.name) !== null) await sleep(5);
}

test('a lost reply: the migration runs once, is found, and is not started again', async () => {
  const driver = createSimulated({ url: lab.url });
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  await lab.command({ do: 'inject', fault: { kind: 'lose-reply', vm: 'g1' } });
  expect(await failure(driver.startMigration(intent('m'), baseline))).toMatchObject({
    code: 'unreachable',
    retryable: true,
  });
  expect((await driver.findMigration(intent('m'), baseline)).state).toBe('running');
  expect((await failure(driver.startMigration(intent('m'), baseline))).code).toBe('rejected');
  expect(lab.startedLines()).toHaveLength(1);
});

test('a data centre that is down is unreachable and worth another try', async () => {
  const driver = createSimulated({ url: lab.url });
  await kill();
  expect(await failure(driver.inventory())).toMatchObject({ code: 'unreachable', retryable: true });
});

test('slow answers do not change what happened', async () => {
  const driver = createSimulated({ url: lab.url });
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  await lab.command({ do: 'answer-slowly', delayMs: 300 });
  const handle = await driver.startMigration(intent('m'), baseline);
  const end = await driver.watchMigration(handle, baseline, watching);
  expect(end).toMatchObject({ state: 'succeeded', provenance: 'observed' });
  expect(end.finishedAtMs - handle.requestedAtMs).toBeGreaterThan((end.figures.totalMs ?? Number.NaN) + 300);
});

test('an end of which word came late is recovered, with the time that the data centre recorded', async () => {
  const driver = createSimulated({ url: lab.url });
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  await lab.command({ do: 'answer-slowly', delayMs: 2_000 });
  const handle = await driver.startMigration(intent('m'), baseline);
  const end = await driver.watchMigration(handle, baseline, watching);
  expect(end).toMatchObject({ state: 'succeeded', provenance: 'recovered' });
  expect(Math.abs(end.finishedAtMs - (end.figures.finishedAtMs ?? 0))).toBeLessThan(100);
});

test('an injected failure arrives with its code', async () => {
  const driver = createSimulated({ url: lab.url });
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  await lab.command({ do: 'inject', fault: { kind: 'fail-next', vm: 'g1', code: 'incompatible', message: 'no AVX' } });
  const handle = await driver.startMigration(intent('m'), baseline);
  expect(await driver.watchMigration(handle, baseline, watching)).toMatchObject({
    state: 'failed',
    code: 'incompatible',
    message: 'no AVX',
  });
});

test('killed while a migration runs: it goes on by the clock, and its watcher calls the end recovered', async () => {
  const driver = createSimulated({ url: lab.url });
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  const handle = await driver.startMigration(intent('m'), baseline);
  const watched = driver.watchMigration(handle, baseline, watching);
  await sleep(200);
  await kill();
  await sleep(2_500);
  expect(await startDataCentre(lab.name)).toBe(lab.url);
  const end = await watched;
  expect(end).toMatchObject({ state: 'succeeded', provenance: 'recovered' });
  // It ended while nobody was there to see it.
  expect(end.finishedAtMs - handle.requestedAtMs).toBeLessThan(2_600);
  expect(lab.startedLines()).toHaveLength(1);
});

test('killed again and again at any moment: every accepted migration is found and was started once', async () => {
  const accepted: string[] = [];
  const driver = createSimulated({ url: lab.url });
  for (let round = 0; round < 8; round += 1) {
    const places = new Map((await driver.inventory()).vms.map(({ name, host }) => [name, host]));
    const killAfterMs = (round * 37) % 120;
    const starts = ['g1', 'g2', 'g3', 'g4'].map(async (vm, index) => {
      await sleep(index * 30);
      const from = places.get(vm) ?? '';
      const to = ['h1', 'h2', 'h3'].find((host) => host !== from) ?? '';
      const id = `round-${String(round)}-${vm}`;
      const baseline = { takenAtMs: 0, host: from, evidence: {} };
      await driver.startMigration(intent(id, from, to, vm), baseline).then(
        () => accepted.push(id),
        () => undefined,
      );
    });
    await sleep(killAfterMs);
    await kill();
    await Promise.all(starts);
    await startDataCentre(lab.name);
    const before = lab.startedLines();
    for (const id of accepted) {
      expect(before.filter((line) => line.includes(` intent=${id} `))).toHaveLength(1);
      const evidence = await driver.findMigration(intent(id), { takenAtMs: 0, host: '', evidence: {} });
      expect(evidence.state).not.toBe('none');
    }
    while ((await driver.runningMigrations()).length > 0) await sleep(100);
  }
  expect(accepted.length).toBeGreaterThan(0);
  const ids = lab.startedLines().map((line) => /intent=(\S+)/.exec(line)?.[1]);
  expect(new Set(ids).size).toBe(ids.length);
});
