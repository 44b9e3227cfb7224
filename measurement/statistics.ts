import {
  max,
  mean,
  medianSorted,
  min,
  quantileSorted,
  sampleStandardDeviation,
  sampleWithReplacement,
} from 'simple-statistics';

const RESAMPLES = 2000;
const SEED = 20_240_229;
const FEWEST_FOR_INTERVAL = 5;
const FEWEST_FOR_P95 = 20;

/** A range of values in the unit of what it is about. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

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
    medianIntervalMs: n >= FEWEST_FOR_INTERVAL ? bootstrapMedian(sorted) : null,
    p95Ms: n >= FEWEST_FOR_P95 ? quantileSorted(sorted, 0.95) : null,
  };
}

/** The same rows give the same interval in every rendering: the seed is fixed (Efron's percentile method). */
function bootstrapMedian(durationsMs: number[]): Interval {
  const random = mulberry32(SEED);
  const medians = Array.from({ length: RESAMPLES }, () =>
    medianSorted(sampleWithReplacement(durationsMs, durationsMs.length, random).sort((a, b) => a - b)),
  ).sort((a, b) => a - b);
  return { low: quantileSorted(medians, 0.025), high: quantileSorted(medians, 0.975) };
}

/** Tommy Ettinger's mulberry32: uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
