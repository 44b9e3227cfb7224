import type { CounterPoint, Counters, CounterSeries, Ledger } from '../../store/counter-types';
import { fixture } from './fixture';

const EVERY_MS = 20_000;
const BUCKETS = 18;
const GAP = [7, 8];
const FROM_MS = (fixture().campaign.timeZero ?? 0) - 60_000;

const course = (value: (bucket: number) => number): CounterPoint[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => bucket)
    .filter((bucket) => !GAP.includes(bucket))
    .map((bucket) => ({ bucket, n: 1, min: value(bucket), mean: value(bucket), max: value(bucket) }));

function seriesOf(entity: string, index: number): CounterSeries[] {
  const of = { entityKind: 'host', entity, averaged: false } as const;
  const wave = (bucket: number) => 1 + Math.sin(bucket / 3 + index);
  return [
    {
      ...of,
      ...{ panel: 'cpu', counter: 'cpu.time', instance: '', unit: 'ns', drawn: 'per_s' },
      points: course((bucket) => wave(bucket) * 5e8),
    },
    {
      ...of,
      ...{ panel: 'memory', counter: 'mem.pss', instance: '', unit: 'KiB', drawn: 'value' },
      points: course((bucket) => wave(bucket) * 4e6),
    },
    {
      ...of,
      ...{ panel: 'network', counter: 'net.rx.bytes', instance: 'veth0', unit: 'bytes', drawn: 'per_s' },
      points: course((bucket) => wave(bucket) * 3e6),
    },
    {
      ...of,
      ...{ panel: 'network', counter: 'net.tx.bytes', instance: 'veth0', unit: 'bytes', drawn: 'per_s' },
      points: course((bucket) => wave(bucket + 4) * 3e6),
    },
  ];
}

/** Made-up counters of the fixture's three hosts, with a gap of two ticks. */
export function madeCounters(): Counters {
  const grid = { fromMs: FROM_MS, everyMs: EVERY_MS, bucketMs: EVERY_MS, buckets: BUCKETS };
  const series = ['h1', 'h2', 'h3'].flatMap(seriesOf);
  return {
    rows: 4321,
    grid,
    coarseGrid: grid,
    series,
    hosts: 3,
    vms: 0,
    summaries: ['cpu.time', 'mem.pss', 'net.rx.bytes', 'net.tx.bytes'].map((counter) => {
      const own = series.filter((each) => each.counter === counter);
      const values = own.flatMap(({ points }) => points.map(({ mean }) => mean));
      return {
        entityKind: 'host',
        counter,
        unit: own[0]?.unit ?? '',
        drawn: own[0]?.drawn ?? 'value',
        entities: 3,
        instances: 0,
        n: values.length,
        min: Math.min(...values),
        mean: values.reduce((sum, each) => sum + each, 0) / values.length,
        max: Math.max(...values),
        courses: own.map(({ points }) => points),
      };
    }),
  };
}

/** The ledger that goes with `madeCounters`. */
export function madeLedger(): Ledger {
  return {
    fromMs: FROM_MS,
    untilMs: FROM_MS + (BUCKETS - 1) * EVERY_MS,
    everyMs: EVERY_MS,
    gapCount: 3,
    entities: ['h1', 'h2', 'h3'].map((entity) => ({
      ...{ entityKind: 'host', entity, value: BUCKETS - GAP.length, backFilled: 0, gap: GAP.length, unaccounted: 0 },
    })),
    gaps: ['h1', 'h2', 'h3'].map((entity) => ({
      ...{ entityKind: 'host', entity, ticks: GAP.length, reason: 'the recorder was away' },
      fromMs: FROM_MS + 7 * EVERY_MS,
      untilMs: FROM_MS + 8 * EVERY_MS,
    })),
  };
}
