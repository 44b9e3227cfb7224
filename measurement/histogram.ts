/** Counts of durations in buckets, each 1 % wider than the one before; plain JSON, so that it can be kept between segments. */
export interface Histogram {
  count: number;
  maxMs: number;
  /** Bucket number to count. */
  buckets: Record<string, number>;
}

/** Durations below a microsecond share the first bucket: nothing finer is recorded. */
const FINEST_MS = 0.001;
const GROWTH = Math.log(1.01);

/** A histogram of nothing. */
export function emptyHistogram(): Histogram {
  return { count: 0, maxMs: 0, buckets: {} };
}

/** Adds one duration in milliseconds. */
export function addDuration(histogram: Histogram, durationMs: number): void {
  const bucket = durationMs <= FINEST_MS ? 0 : Math.ceil(Math.log(durationMs / FINEST_MS) / GROWTH);
  histogram.count += 1;
  histogram.maxMs = Math.max(histogram.maxMs, durationMs);
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
}

/** The duration that a share of all does not exceed (nearest rank), at most 1 % too large; null without any. */
export function quantileOf({ count, maxMs, buckets }: Histogram, share: number): number | null {
  if (count === 0) return null;
  let left = Math.ceil(share * count);
  for (const bucket of Object.keys(buckets)
    .map(Number)
    .sort((a, b) => a - b)) {
    left -= buckets[bucket] ?? 0;
    if (left <= 0) return Math.min(maxMs, FINEST_MS * Math.exp(bucket * GROWTH));
  }
  return maxMs;
}

/** The largest duration; null without any. */
export function largestOf({ count, maxMs }: Histogram): number | null {
  return count === 0 ? null : maxMs;
}
