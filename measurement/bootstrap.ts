import { quantileSorted } from 'simple-statistics';
import { seededRandom } from './random';

const SEED = 20_240_229;
// Looked up once, see random.ts.
const { floor } = Math;

/** How many resamples every interval is made of. */
export const RESAMPLES = 2000;

/** A range of values in the unit of what it is about. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Medians of `RESAMPLES` resamples with replacement; the same values give the same medians, as the seed is fixed.
 * @param sorted - at least one value, in ascending order
 * @param stream - resamples of another stream are independent of these
 */
export function resampledMedians(sorted: readonly number[], stream = 0): number[] {
  const random = seededRandom(SEED + stream);
  const counts = new Uint32Array(sorted.length);
  return Array.from({ length: RESAMPLES }, () => resampledMedian(sorted, counts, random));
}

/** The middle 95 % of bootstrapped figures (Efron's percentile method). */
export function percentileInterval(figures: readonly number[]): Interval {
  const sorted = [...figures].sort((a, b) => a - b);
  return { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

/** Counting how often each value was drawn finds the median without sorting each resample. */
function resampledMedian(sorted: readonly number[], counts: Uint32Array, random: () => number): number {
  const n = sorted.length;
  counts.fill(0);
  for (let draw = 0; draw < n; draw += 1) {
    const index = floor(random() * n);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const lower = floor((n - 1) / 2);
  const upper = floor(n / 2);
  let seen = 0;
  let low = NaN;
  for (let index = 0; index < n; index += 1) {
    const before = seen;
    seen += counts[index] ?? 0;
    if (before <= lower && lower < seen) low = sorted[index] ?? NaN;
    if (upper < seen) return (low + (sorted[index] ?? NaN)) / 2;
  }
  return NaN;
}
