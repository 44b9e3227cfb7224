import fc from 'fast-check';
import type { CounterReading, Counters, SampleNote, SampleRequest } from '../../hypervisors/counter-types';
import { createHistorySampler } from '../../hypervisors/history-sampler';

const EVERY = 20_000;
const HOUR = 3_600_000;
const FROM = 1_772_442_000_000;
const ENTITIES = [
  { kind: 'host', name: 'h1' },
  { kind: 'vm', name: 'g1' },
] as const;

/** A hypervisor that keeps an hour, has no reading of `isMissing`, and needs `lagMs` until a tick can be had. */
class FakeCounters implements Counters {
  readonly source = 'vcenter';
  readonly historyMs = HOUR;
  nowMs = FROM;
  lagMs = 0;
  isMissing: (name: string, tickMs: number) => boolean = () => false;
  asked: { fromMs: number; untilMs: number }[] = [];

  catalogue() {
    return Promise.resolve([]);
  }

  samples: Counters['samples'] = ({ entities, everyMs, fromMs, untilMs }) => {
    this.asked.push({ fromMs, untilMs });
    const readings: CounterReading[] = [];
    const keptFromMs = this.nowMs - HOUR;
    for (let tickMs = fromMs; tickMs <= Math.min(untilMs, this.nowMs); tickMs += everyMs)
      for (const { kind, name } of entities)
        if (tickMs >= keptFromMs && !this.isMissing(name, tickMs)) readings.push(readingOf(kind, name, tickMs));
    return Promise.resolve({ readings, settledMs: this.nowMs - this.lagMs, keptFromMs });
  };
}

const readingOf = (entityKind: 'vm' | 'host', entity: string, tickMs: number): CounterReading => ({
  ...{ entityKind, entity, tickMs, takenAtMs: tickMs, monotonicMs: tickMs, source: 'vcenter', rank: 0 },
  provenance: 'hypervisor',
  counters: [{ counter: 'cpu.usage', instance: '', unit: '%', kind: 'gauge' }],
  values: [1],
});

const request = (cursor: string | null): SampleRequest => ({
  campaignId: 'c',
  source: 'vcenter',
  cursor,
  entities: ENTITIES,
  everyMs: EVERY,
  fromMs: FROM,
});

async function collectAll(counters: Counters, before: string | null) {
  const sampler = createHistorySampler(counters);
  const readings: CounterReading[] = [];
  const notes: SampleNote[] = [];
  let cursor = before;
  let lastTickMs: number | null = null;
  for (let more = true; more;) {
    const harvest = await sampler.collect(request(cursor));
    readings.push(...harvest.readings);
    notes.push(...harvest.notes);
    ({ cursor, more, lastTickMs } = harvest);
  }
  return { readings, notes, cursor, lastTickMs };
}

test('before the first tick is settled there is nothing, and nothing is skipped', async () => {
  const counters = new FakeCounters();
  counters.lagMs = 5_000;
  const first = await collectAll(counters, null);
  expect(first).toMatchObject({ readings: [], notes: [], lastTickMs: null });
  counters.nowMs += 5_000;
  const second = await collectAll(counters, first.cursor);
  expect(second.readings.map(({ entity, tickMs }) => [entity, tickMs])).toEqual([
    ['h1', FROM],
    ['g1', FROM],
  ]);
  expect(second.lastTickMs).toBe(FROM);
});

test('an outage within the history is filled, in answers of bounded size', async () => {
  const counters = new FakeCounters();
  const { cursor } = await collectAll(counters, null);
  counters.nowMs += HOUR - EVERY;
  const { readings, notes } = await collectAll(counters, cursor);
  expect(notes).toEqual([]);
  expect(readings).toHaveLength((HOUR / EVERY - 1) * 2);
});

test('what is older than the history is a gap with its reason', async () => {
  const counters = new FakeCounters();
  const { cursor } = await collectAll(counters, null);
  counters.nowMs += HOUR + 3 * EVERY;
  const { readings, notes } = await collectAll(counters, cursor);
  expect(notes).toEqual([
    {
      source: 'vcenter',
      scope: 'all',
      vm: null,
      fromMs: FROM + EVERY,
      untilMs: FROM + 2 * EVERY,
      reason: 'the vcenter keeps its counters for 60 minutes only and was not asked in that time',
    },
  ]);
  expect(readings[0]?.tickMs).toBe(FROM + 3 * EVERY);
});

test('every tick of every entity is handed over once, or its absence is told, whenever it is collected', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2 * HOUR }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(30_000), fc.array(fc.nat(400), { maxLength: 5 }), async (pauses, lagMs, holes) => {
      const counters = new FakeCounters();
      counters.lagMs = lagMs;
      counters.isMissing = (name, tickMs) => name === 'g1' && holes.includes((tickMs - FROM) / EVERY);
      const known = new Map<string, number>();
      const know = (name: string, tickMs: number): void => {
        const key = `${name} ${String((tickMs - FROM) / EVERY)}`;
        known.set(key, (known.get(key) ?? 0) + 1);
      };
      let cursor: string | null = null;
      let lastMs = -Infinity;
      for (const pauseMs of pauses) {
        counters.nowMs += pauseMs;
        const got = await collectAll(counters, cursor);
        ({ cursor } = got);
        lastMs = got.lastTickMs ?? lastMs;
        for (const { entity, tickMs } of got.readings) know(entity, tickMs);
        for (const note of got.notes)
          for (let tick = note.fromMs; tick <= note.untilMs; tick += EVERY)
            for (const { name } of ENTITIES)
              if (note.source === 'vcenter' ? note.vm === null || note.vm === name : note.source === name)
                know(name, tick);
      }
      const expected = Math.max(0, Math.floor((lastMs - FROM) / EVERY) + 1) || 0;
      expect(known.size).toBe(2 * expected);
      expect([...known.values()].filter((count) => count !== 1)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
