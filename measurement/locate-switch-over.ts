import { CLOCK_JUMP_RESOLUTION_MS } from './judge-silence';
import type { LocatedBy, Silence } from './types';

/** What is known of a migration from elsewhere. Times UTC ms. */
export interface SwitchOverEvents {
  readonly finishedAtMs: number;
  /** Downtime as the hypervisor reports it. */
  readonly downtimeMs: number | null;
  /** Uncertainty between the clocks of the hypervisor's events and of the vantage. */
  readonly widenMs: number;
  /** Shorter silences cannot be seen. */
  readonly unseenMs: number;
}

/** The silence that holds the switch-over and the evidence for it; `silence` null: shorter than can be seen. */
export interface SwitchOver {
  readonly silence: Silence | null;
  readonly locatedBy: LocatedBy | null;
}

/** The hypervisor reports the end at most this long after (or before) the VM is heard again. */
const NEAR_THE_FINISH_MS = 2_000;
/** Reported downtime and the stop of the guest's clock agree within 7 ms (docs/measurement.md); a little more is allowed. */
const DOWNTIME_TOLERANCE_MS = 10;
/** A jump of the clock stands out if it is this many times the next one. */
const STANDS_OUT = 2;

/**
 * Finds the silence of the switch-over among those from request to finish. The longest need not be it
 * (a busy VM lost 1,050 ms of packets three seconds before a switch-over of 340 ms), so length alone proves nothing.
 */
export function locateSwitchOver(candidates: readonly Silence[], events: SwitchOverEvents): SwitchOver {
  const stopped = candidates
    .filter(({ guestStopMs }) => guestStopMs !== null && guestStopMs > CLOCK_JUMP_RESOLUTION_MS)
    .sort((a, b) => stopOf(b) - stopOf(a));
  const [largest, next] = stopped;
  if (largest !== undefined && (next === undefined || stopOf(largest) >= STANDS_OUT * stopOf(next)))
    return { silence: largest, locatedBy: 'guest-clock' };

  const pool = stopped.length > 0 ? stopped : candidates;
  const fitting = pool.filter((silence) => fits(silence, events));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { silence: only, locatedBy: 'hypervisor' };

  const { downtimeMs, unseenMs } = events;
  const clockWentOn = candidates.every(({ guestStopMs }) => guestStopMs !== null) && stopped.length === 0;
  if (candidates.length === 0 || (clockWentOn && downtimeMs !== null && downtimeMs <= unseenMs))
    return { silence: null, locatedBy: null };
  return { silence: longest(fitting.length > 0 ? fitting : pool), locatedBy: 'ambiguous' };
}

/** By the hypervisor's events: it ends near the finish, and the downtime fits into it. */
function fits({ endMs, highMs }: Silence, { finishedAtMs, downtimeMs, widenMs, unseenMs }: SwitchOverEvents): boolean {
  if (downtimeMs === null || downtimeMs <= unseenMs) return false;
  return Math.abs(endMs - finishedAtMs) <= NEAR_THE_FINISH_MS + widenMs && highMs + DOWNTIME_TOLERANCE_MS >= downtimeMs;
}

const stopOf = ({ guestStopMs }: Silence): number => guestStopMs ?? 0;

function longest(silences: readonly Silence[]): Silence | null {
  return silences.reduce<Silence | null>(
    (best, each) => (best === null || each.durationMs > best.durationMs ? each : best),
    null,
  );
}
