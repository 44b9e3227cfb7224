/** One reading of a clock against another one: the true offset was within the uncertainty at that time. */
export interface ClockReading {
  readonly atMs: number;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** Where a clock's offset lay during a time: within `uncertaintyMs` around `offsetMs`. */
export interface OffsetDuring {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** Linux slews a clock by at most so much (adjtimex(2): 500 parts per million). */
const SLEW = 500e-6;

/**
 * The offset of a clock from `fromMs` to `untilMs`, by the readings in it and the nearest one on each side; where one side has
 * none, the clock may have been slewed since the nearest one. Null without any reading.
 */
export function offsetDuring(readings: readonly ClockReading[], fromMs: number, untilMs: number): OffsetDuring | null {
  const sorted = [...readings].sort((a, b) => a.atMs - b.atMs);
  const before = sorted.findLast(({ atMs }) => atMs <= fromMs);
  const after = sorted.find(({ atMs }) => atMs >= untilMs);
  const within = sorted.filter(({ atMs }) => atMs > fromMs && atMs < untilMs);
  const used = [before, ...within, after].filter((reading) => reading !== undefined);
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined || last === undefined) return null;
  const unreadMs = Math.max(0, first.atMs - fromMs, untilMs - last.atMs);
  const lowMs = Math.min(...used.map(({ offsetMs, uncertaintyMs }) => offsetMs - uncertaintyMs)) - SLEW * unreadMs;
  const highMs = Math.max(...used.map(({ offsetMs, uncertaintyMs }) => offsetMs + uncertaintyMs)) + SLEW * unreadMs;
  return { offsetMs: (lowMs + highMs) / 2, uncertaintyMs: (highMs - lowMs) / 2 };
}
