/** A stretch of time, UTC ms. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Joins stretches that touch; the result is in order and can be searched with `overlapsAny`. */
export function joinStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const joined: { fromMs: number; untilMs: number }[] = [];
  for (const { fromMs, untilMs } of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, untilMs);
    else joined.push({ fromMs, untilMs });
  }
  return joined;
}

/** True if a stretch shares a moment with one of the joined ones; logarithmic. */
export function overlapsAny(joined: readonly Stretch[], { fromMs, untilMs }: Stretch): boolean {
  let low = 0;
  let high = joined.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((joined[middle]?.untilMs ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  const first = joined[low];
  return first !== undefined && first.fromMs <= untilMs;
}
