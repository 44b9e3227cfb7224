import { max, mean, medianSorted, min, quantileSorted, sampleStandardDeviation } from 'simple-statistics';
import { percentileInterval, resampledMedians, type Interval } from './bootstrap';

const FEWEST_FOR_P95 = 20;

/** Fewer values than this carry no interval of their median. */
export const FEWEST_FOR_INTERVAL = 5;

/** What a set of durations says, in milliseconds; null where there are too few of them. */
export interface Summary {
  /** Durations that were measured; everything below is about these alone. */
  readonly n: number;
  /** Attempts that ended without a duration because they failed. */
  readonly failed: number;
  /** Attempts cut off by their deadline: their durations are longer than what was seen. */
  readonly censored: number;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly meanMs: number | null;
  /** Of the sample (n - 1); null below 2 durations. */
  readonly standardDeviationMs: number | null;
  readonly medianMs: number | null;
  /** 95 % percentile bootstrap interval of the median with a fixed seed; null below 5 durations. */
  readonly medianIntervalMs: Interval | null;
  /** Linear interpolation between ranks (type 7); null below 20 durations. */
  readonly p95Ms: number | null;
}

/** Summarises durations of one kind and one provenance; failed and censored attempts are counted, never averaged in. */
export function summarise(durationsMs: readonly number[], not: { failed: number; censored: number }): Summary {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const n = sorted.length;
  const some = n > 0;
  return {
    n,
    ...not,
    minMs: some ? min(sorted) : null,
    maxMs: some ? max(sorted) : null,
    meanMs: some ? mean(sorted) : null,
    standardDeviationMs: n >= 2 ? sampleStandardDeviation(sorted) : null,
    medianMs: some ? medianSorted(sorted) : null,
    medianIntervalMs: n >= FEWEST_FOR_INTERVAL ? percentileInterval(resampledMedians(sorted)) : null,
    p95Ms: n >= FEWEST_FOR_P95 ? quantileSorted(sorted, 0.95) : null,
  };
}
