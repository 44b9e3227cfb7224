import { setTimeout as sleep } from 'node:timers/promises';
import type { CounterReading, SampleNote } from '../../../hypervisors/counter-types';
import type { Sampling, SiteUnderTest } from './site-under-test';

const EVERY_MS = 1_000;

/** Counters of every host and VM on an absolute grid, kept while nobody collects. */
export function counterTests(site: () => SiteUnderTest): void {
  const campaignId = 'conformance-counters';
  let sampling: Sampling;

  beforeAll(async () => {
    sampling = await site().startSampling(campaignId, EVERY_MS);
  });
  afterAll(async () => site().stopSampling(campaignId));

  /** Everything since the cursors, which are moved on. */
  async function collect(fromMs: number, cursors: Map<string, string>) {
    const { hosts, vms } = site();
    const entities = [
      ...hosts.map((name) => ({ kind: 'host', name }) as const),
      ...vms.map((name) => ({ kind: 'vm', name }) as const),
    ];
    const readings: CounterReading[] = [];
    const notes: SampleNote[] = [];
    for (const source of sampling.sources(hosts)) {
      for (let more = true; more;) {
        const cursor = cursors.get(source) ?? null;
        const harvest = await sampling.collect({ campaignId, source, cursor, entities, everyMs: EVERY_MS, fromMs });
        cursors.set(source, harvest.cursor);
        readings.push(...harvest.readings.filter(({ tickMs }) => tickMs >= fromMs));
        notes.push(...harvest.notes);
        ({ more } = harvest);
      }
    }
    return { readings, notes };
  }

  const key = ({ entityKind, entity, tickMs, source }: CounterReading): string =>
    [entityKind, entity, tickMs, source].join(' ');
  const valueOf = ({ counters, values }: CounterReading, counter: string): number =>
    values[counters.findIndex((each) => each.counter === counter && each.instance === '')] ?? NaN;

  test('every host and VM has readings on the grid, with a CPU time that grows', async () => {
    const fromMs = Math.ceil(Date.now() / EVERY_MS) * EVERY_MS;
    const cursors = new Map<string, string>();
    await collect(fromMs, cursors);
    await sleep(4_500);
    const { readings } = await collect(fromMs, cursors);
    expect(new Set(readings.map(key)).size).toBe(readings.length);
    expect(readings.filter(({ tickMs }) => tickMs % EVERY_MS !== 0)).toEqual([]);
    for (const [kind, names] of [
      ['host', site().hosts],
      ['vm', site().vms],
    ] as const)
      for (const name of names) {
        const own = readings.filter((each) => each.entityKind === kind && each.entity === name && each.rank === 0);
        const [first, last] = [own[0], own.at(-1)];
        if (first === undefined || last === undefined) throw new Error(`no reading of ${kind} ${name}`);
        expect(last.tickMs).toBeGreaterThan(first.tickMs);
        expect(last.monotonicMs).toBeGreaterThan(first.monotonicMs);
        expect(valueOf(last, 'cpu.time')).toBeGreaterThanOrEqual(valueOf(first, 'cpu.time'));
        for (const { counters, values } of own) {
          expect(values).toHaveLength(counters.length);
          expect(values.every(Number.isFinite)).toBe(true);
          expect(new Set(counters.map(({ counter, instance }) => `${counter} ${instance}`)).size).toBe(counters.length);
        }
      }
  });

  test('goes on while nobody collects: the next collector finds every tick from the last cursor, or why it is missing', async () => {
    const fromMs = Math.ceil(Date.now() / EVERY_MS) * EVERY_MS;
    const cursors = new Map<string, string>();
    await sleep(2_000);
    const first = await collect(fromMs, cursors);
    const again = new Map(cursors);
    await sleep(4_000);
    const second = await collect(fromMs, cursors);
    const repeated = await collect(fromMs, again);
    const keys = new Set(repeated.readings.map(key));
    expect(second.readings.filter((reading) => !keys.has(key(reading)))).toEqual([]);
    const notes = [...first.notes, ...second.notes];
    for (const host of site().hosts) {
      const ticks = [...first.readings, ...second.readings]
        .filter(({ entityKind, entity }) => entityKind === 'host' && entity === host)
        .map(({ tickMs }) => tickMs);
      const holes: number[] = [];
      for (let tick = Math.min(...ticks); tick < Math.max(...ticks); tick += EVERY_MS)
        if (!ticks.includes(tick) && !notes.some((note) => note.fromMs <= tick && tick <= note.untilMs))
          holes.push(tick);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(holes).toEqual([]);
    }
  });
}
