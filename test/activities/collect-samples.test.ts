import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSampling, SAMPLING_STATE, type SamplingState } from '../../activities/collect-samples';
import type { Dependencies, Sampler } from '../../activities/dependencies';
import type { SampleHarvest } from '../../hypervisors/counter-types';
import { CAMPAIGN, openMeasured, StandingClock } from './measurement-store';

const EVERY = 20_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
let root = '';
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'drover-samples-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const reading = (source: string, tickMs: number) => ({
  entityKind: 'host' as const,
  entity: source,
  tickMs,
  takenAtMs: tickMs,
  monotonicMs: tickMs,
  source,
  rank: 0,
  provenance: 'observed' as const,
  counters: [{ counter: 'cpu.time', instance: '', unit: 'ns', kind: 'cumulative' as const }],
  values: [tickMs],
});

async function open(collect: (source: string, cursor: string | null) => Promise<SampleHarvest>) {
  const clock = new StandingClock(1_000_000);
  const measured = await openMeasured(root, clock);
  const sampler: Sampler = {
    sources: (hosts) => hosts,
    collect: ({ source, cursor }) => collect(source, cursor),
    clocks: () => Promise.resolve([{ kind: 'host', name: 'h1', atMs: 5, offsetMs: 2, uncertaintyMs: 1 }]),
  };
  const connect = () => Promise.resolve({ sampler });
  const dependencies = { ...measured.dependencies, sites: { names: () => [], connect } } as unknown as Dependencies;
  const batches: { readings: number; notes: readonly { source: string; reason: string }[] }[] = [];
  const appendSamples: Dependencies['store']['appendSamples'] = measured.store.appendSamples.bind(measured.store);
  measured.dependencies.store.appendSamples = async (directory, batch) => {
    batches.push({ readings: batch.readings.length, notes: batch.notes });
    await appendSamples(directory, batch);
  };
  const input = { site: 'lab', campaignId: CAMPAIGN, directory: measured.directory, last: false };
  const sampling = await openSampling(dependencies, input);
  if (sampling === null) throw new Error('no sampling');
  const state = async () => (await measured.store.readState(measured.directory, SAMPLING_STATE)) as SamplingState;
  return { ...measured, sampling, state, batches, clock };
}

test('a host that cannot be read does not stop the others, and its missing ticks get its reason at the end', async () => {
  const cursors: (string | null)[] = [];
  const { sampling, state, batches, clock, store, directory } = await open((source, cursor) => {
    if (source === 'h2') return Promise.reject(new Error('no route'));
    cursors.push(cursor);
    const tickMs = Number(cursor ?? 0) + EVERY;
    return Promise.resolve({
      readings: [reading(source, tickMs)],
      notes: [],
      cursor: String(tickMs),
      more: cursor === null,
      lastTickMs: tickMs,
    });
  });
  await sampling.run(clock.nowMs(), new AbortController().signal);
  expect(cursors).toEqual([null, String(EVERY)]);
  expect((await state()).sources).toMatchObject({
    h1: { cursor: String(2 * EVERY), failure: null },
    h2: { cursor: null, failure: 'h2 could not be read: no route' },
  });
  expect(await store.rows(directory, 'clocks')).toMatchObject([{ machine: 'h1', offset_ms: 2, uncertainty_ms: 1 }]);
  await clock.sleepUntil(clock.nowMs() + 5 * EVERY, new AbortController().signal);
  await sampling.close();
  const { untilMs, fromMs } = await state();
  expect(((untilMs ?? 0) - fromMs) % EVERY).toBe(0);
  expect(batches.at(-1)?.notes.map(({ source, reason }) => [source, reason])).toContainEqual([
    'h2',
    'h2 could not be read: no route',
  ]);
  // Closed again by another attempt: the end stays.
  await clock.sleepUntil(clock.nowMs() + 5 * EVERY, new AbortController().signal);
  await sampling.close();
  expect((await state()).untilMs).toBe(untilMs);
});

test('is over only when no host is being collected any more, also if what one handed over could not be stored', async () => {
  let answer: (harvest: SampleHarvest) => void = () => undefined;
  const harvest = { notes: [], cursor: '7', more: true, lastTickMs: EVERY };
  const asked: string[] = [];
  const { sampling, state, store, clock } = await open((source) => {
    asked.push(source);
    if (source === 'h1') return Promise.resolve({ ...harvest, readings: [reading(source, 2_000_000)] });
    return new Promise((resolve) => (answer = resolve));
  });
  jest.spyOn(store, 'appendSamples').mockRejectedValueOnce(new Error('the disk is full'));
  const stop = new AbortController();
  let ended: unknown = 'not yet';
  const running = sampling.run(clock.nowMs(), stop.signal).catch((error: unknown) => (ended = error));
  while (asked.length < 2) await pause();
  await pause();
  expect(ended).toBe('not yet');
  stop.abort();
  answer({ ...harvest, readings: [reading('h2', 2_000_000)] });
  expect(await running).toEqual(new Error('the disk is full'));
  // What came is kept, and no more is asked for.
  expect(asked).toEqual(['h1', 'h2']);
  expect((await state()).sources).toMatchObject({ h2: { cursor: '7', lastTickMs: EVERY } });
});

test('no older state replaces a newer one, and hosts that wait for it share the next write', async () => {
  const { sampling, state, store, clock } = await open((source) =>
    Promise.resolve({ readings: [reading(source, 2_000_000)], notes: [], cursor: '7', more: false, lastTickMs: EVERY }),
  );
  const writeState = store.writeState.bind(store);
  let writes = 0;
  jest.spyOn(store, 'writeState').mockImplementation(async (...given) => {
    writes += 1;
    if (writes === 1) await pause();
    await writeState(...given);
  });
  await sampling.run(clock.nowMs(), new AbortController().signal);
  expect(writes).toBe(2);
  expect((await state()).sources).toMatchObject({ h1: { cursor: '7' }, h2: { cursor: '7' } });
});
