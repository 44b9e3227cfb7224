/** A sight of the answerer's clock: its CLOCK_MONOTONIC minus the vantage's clock, known to plus or minus half the width. Milliseconds. */
export interface ClockSight {
  readonly offsetMs: number;
  readonly widthMs: number;
}

/** A sight and when its probe was sent, UTC ms of the vantage. */
export interface DatedSight extends ClockSight {
  readonly atMs: number;
}

const WINDOW_MS = 1_000;
const FEWEST_SIGHTS = 16;

/** For how long on each side of a silence clock sights are looked at: a second, in which clocks drift apart by far less than they blur. */
export function sightsWindowMs(periodMs: number): number {
  return Math.max(WINDOW_MS, FEWEST_SIGHTS * periodMs);
}

/** Sights with a newer one: without those before the window, and without those that are older and no sharper. The sharpest is first. */
export function addSight(sights: readonly DatedSight[], sight: DatedSight, windowMs: number): DatedSight[] {
  const kept = sights.filter(({ atMs, widthMs }) => atMs > sight.atMs - windowMs && widthMs < sight.widthMs);
  return [...kept, sight];
}
