import { medianSorted } from 'simple-statistics';
import { percentileInterval, resampledMedians, type Interval } from './bootstrap';
import { FEWEST_FOR_INTERVAL } from './statistics';

/** How far the median of one set of values is from that of another, in their unit and in per cent of the first. */
export interface MedianDifference {
  readonly difference: number;
  /** 95 % bootstrap interval; null if either set is too small for one. */
  readonly interval: Interval | null;
  /** Null if the first median is 0. */
  readonly percent: number | null;
  /** 95 % bootstrap interval; null if either set is too small, or medians of the first may be 0. */
  readonly percentInterval: Interval | null;
}

/** Second median less first; null if a set is empty. Both sets are resampled on their own: they are not paired. */
export function compareMedians(first: readonly number[], second: readonly number[]): MedianDifference | null {
  if (first.length === 0 || second.length === 0) return null;
  const [a, b] = [first, second].map((values) => [...values].sort((x, y) => x - y)) as [number[], number[]];
  const before = medianSorted(a);
  const difference = medianSorted(b) - before;
  const percent = before === 0 ? null : (100 * difference) / before;
  if (Math.min(a.length, b.length) < FEWEST_FOR_INTERVAL) {
    return { difference, interval: null, percent, percentInterval: null };
  }
  const befores = resampledMedians(a);
  const afters = resampledMedians(b, 1);
  const differences = afters.map((after, index) => after - (befores[index] ?? NaN));
  const percents = differences.map((each, index) => (100 * each) / (befores[index] ?? NaN));
  return {
    difference,
    interval: percentileInterval(differences),
    percent,
    percentInterval: percents.every(Number.isFinite) ? percentileInterval(percents) : null,
  };
}
