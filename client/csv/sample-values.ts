import type { StoredCounter, StoredReading } from '../../store/sample-types';

/** One counter's value at a tick, as samples.parquet has it. */
export interface SampleValue {
  readonly counter: StoredCounter;
  /** True: the mean over the instances. */
  readonly averaged: boolean;
  readonly value: number;
  /** Growth since the tick before; null: not cumulative, or not known. */
  readonly perS: number | null;
}

/** Values, rates since the reading before (null: there is none) and means over instances, by the same rules as samples.parquet. */
export function sampleValues(reading: StoredReading, before: StoredReading | null, everyMs: number): SampleValue[] {
  const rateOf = rates(reading, before, everyMs);
  const singles = reading.counters.map((counter, index) => {
    const value = reading.values[index] ?? NaN;
    return { counter, averaged: false, value, perS: rateOf(counter, value) };
  });
  const groups = new Map<string, SampleValue[]>();
  for (const single of singles) {
    const { counter } = single.counter;
    groups.set(counter, [...(groups.get(counter) ?? []), single]);
  }
  const means = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.some(({ counter }) => counter.instance === '')) return [];
    const perS = group.map((single) => single.perS);
    return [
      {
        counter: { ...first.counter, instance: '' },
        averaged: true,
        value: mean(group.map(({ value }) => value)),
        perS: perS.every((rate) => rate !== null) ? mean(perS) : null,
      },
    ];
  });
  return [...singles, ...means];
}

function rates(reading: StoredReading, before: StoredReading | null, everyMs: number) {
  const follows =
    before !== null &&
    before.source === reading.source &&
    before.tickMs === reading.tickMs - everyMs &&
    reading.monotonicMs > before.monotonicMs;
  const known = new Map(
    follows
      ? before.counters.map(({ counter, instance }, index) => [`${counter} ${instance}`, before.values[index] ?? NaN])
      : [],
  );
  return ({ counter, instance, kind }: StoredCounter, value: number): number | null => {
    const earlier = known.get(`${counter} ${instance}`);
    if (before === null || earlier === undefined || kind !== 'cumulative' || value < earlier) return null;
    return ((value - earlier) * 1_000) / (reading.monotonicMs - before.monotonicMs);
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
