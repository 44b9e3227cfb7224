import type { CounterGrid } from './counter-types';

/** The finest grid of whole ticks that covers both ends with at most so many buckets. */
export function counterGrid(fromMs: number, untilMs: number, everyMs: number, atMost: number): CounterGrid {
  const ticks = Math.floor((untilMs - fromMs) / everyMs) + 1;
  const bucketMs = Math.ceil(ticks / atMost) * everyMs;
  return { fromMs, everyMs, bucketMs, buckets: Math.floor((untilMs - fromMs) / bucketMs) + 1 };
}
