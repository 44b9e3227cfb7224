/** A length of time in the largest units that say enough: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 1 h`. */
export function formatLength(ms: number): string {
  if (ms < 10_000) return `${String(Number((ms / 1_000).toFixed(1)))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${String(seconds)} s`;
  const [whole, unit, rest, small] =
    seconds < 3_600
      ? [Math.floor(seconds / 60), 'min', seconds % 60, 's']
      : seconds < 86_400
        ? [Math.floor(seconds / 3_600), 'h', Math.floor((seconds % 3_600) / 60), 'min']
        : [Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3_600), 'h'];
  return `${String(whole)} ${unit}${rest === 0 ? '' : ` ${String(rest)} ${small}`}`;
}

/** When something is, seen from now: `in 12 s`, `3 min 20 s ago`, `now`. */
export function formatFromNow(ms: number, nowMs: number): string {
  if (Math.abs(ms - nowMs) < 500) return 'now';
  return ms > nowMs ? `in ${formatLength(ms - nowMs)}` : `${formatLength(nowMs - ms)} ago`;
}
