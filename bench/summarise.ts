import { max, median, min } from 'simple-statistics';
import type { Summary } from './bench';

/** Median and range of one figure of several runs. @throws Error if there is none */
export function summarise(figures: readonly number[]): Summary {
  if (figures.length === 0) throw new Error('there is no run to summarise');
  const values = [...figures];
  return { median: median(values), low: min(values), high: max(values) };
}

/** Ratios of the two figures of each pair, summarised: what disturbs a pair disturbs both of it. @throws Error if lengths differ */
export function summariseRatios(numerators: readonly number[], denominators: readonly number[]): Summary {
  if (numerators.length !== denominators.length) throw new Error('a pair has two figures');
  return summarise(numerators.map((numerator, index) => numerator / (denominators[index] ?? NaN)));
}
