import { hostSilentMs, type HeardHost } from './host-silence';
import { locateSwitchOver } from './locate-switch-over';
import type { UnmeasuredTime } from './silences';
import type { Blackout, Silence } from './types';

/** After the finish the VM may still be disturbed for this long; it counts as brownout. */
export const BROWNOUT_AFTER_MS = 5_000;

/** One migration of a VM and when the VM's other migrations were. Times UTC ms. */
export interface MeasuredMigration {
  readonly requestedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** False: it failed, was cancelled or did nothing, so there is no switch-over to find. */
  readonly switchedOver: boolean;
  readonly downtimeMs: number | null;
  /** Uncertainty between the clock of its times and the vantage's. */
  readonly widenMs: number;
  /** The next request for the same VM: its silences belong to that migration. */
  readonly nextRequestedAtMs: number | null;
  /** Its source and target; null: not both are known to the vantage. */
  readonly hosts: readonly HeardHost[] | null;
}

/** What one vantage knows of the VM. */
export interface Watched {
  readonly vantage: string;
  /** All silences of the VM. */
  readonly silences: readonly Silence[];
  /** Times in which the VM was not measured. */
  readonly unmeasured: readonly UnmeasuredTime[];
  readonly promptMs: number;
  /** No queueing silence longer than this can stay unseen: prompt limit, one period and the prober's lateness. */
  readonly unseenMs: number;
  readonly noiseFloorMs: number | null;
}

/** What the migration cost its VM as seen from one vantage, and the silence that holds its switch-over. */
export function measureBlackout(
  migration: MeasuredMigration,
  watched: Watched,
): { readonly blackout: Blackout; readonly silence: Silence | null } {
  const { requestedAtMs, finishedAtMs, widenMs, downtimeMs, switchedOver, hosts } = migration;
  const { unmeasured, unseenMs, promptMs } = watched;
  if (requestedAtMs === null || finishedAtMs === null)
    return { blackout: withoutBlackout(watched, null, 'the migration never ran'), silence: null };

  const untilMs = Math.min(finishedAtMs + BROWNOUT_AFTER_MS, migration.nextRequestedAtMs ?? Infinity);
  const during = watched.silences.filter(({ startMs, endMs }) => endMs >= requestedAtMs - widenMs && startMs < untilMs);
  const hole = (toMs: number): string | null => {
    const found = unmeasured.find((gap) => gap.untilMs > requestedAtMs - widenMs && gap.fromMs < toMs);
    return found === undefined ? null : `not measured all the time: ${found.reason}`;
  };
  const broken = hole(finishedAtMs + widenMs);
  const brownoutMs = (but: Silence | null): number | null =>
    hole(untilMs) === null ? silentTime(during, but, requestedAtMs, untilMs) : null;
  const none = (gap: string, bounds: { lowMs: number; highMs: number } | null = null) => ({
    blackout: { ...withoutBlackout(watched, brownoutMs(null), gap), ...bounds },
    silence: null,
  });
  if (!switchedOver) return none('the migration did not switch over');

  const candidates = during.filter(({ startMs }) => startMs <= finishedAtMs + widenMs);
  const { silence, locatedBy } = locateSwitchOver(candidates, { finishedAtMs, downtimeMs, widenMs, unseenMs });
  if (broken !== null && locatedBy !== 'guest-clock') return none(broken);
  if (silence === null) {
    const limit = `the prompt limit of ${String(promptMs)} ms`;
    return none(
      candidates.length === 0
        ? `no silence longer than ${limit}: shorter than can be seen`
        : `the guest's clock went on through every silence: the switch-over was shorter than can be seen with ${limit}`,
      { lowMs: 0, highMs: unseenMs },
    );
  }
  const { lostMs, guestStopMs } = silence;
  const found = { locatedBy, lostMs, guestStopMs, hostSilentMs: hosts === null ? null : hostSilentMs(silence, hosts) };
  if (silence.open) {
    const { blackout } = none('still silent when the measurement ended: longer than its lower bound');
    return { blackout: { ...blackout, ...found, brownoutMs: brownoutMs(silence), lowMs: silence.lowMs }, silence };
  }
  const { noiseFloorMs } = watched;
  return {
    blackout: {
      ...withoutBlackout(watched, brownoutMs(silence), null),
      ...found,
      blackoutMs: silence.durationMs,
      lowMs: silence.lowMs,
      highMs: silence.highMs,
      belowNoise: noiseFloorMs !== null && silence.durationMs <= noiseFloorMs,
    },
    silence,
  };
}

/** The largest silence that ended in the background; 0: none was seen. Only for a VM that was probed in it. */
export function noiseFloor(silences: readonly Silence[], fromMs: number, untilMs: number): number {
  return silences.reduce(
    (largest, { startMs, endMs, durationMs }) =>
      startMs >= fromMs && endMs <= untilMs ? Math.max(largest, durationMs) : largest,
    0,
  );
}

function withoutBlackout({ vantage, noiseFloorMs }: Watched, brownoutMs: number | null, gap: string | null): Blackout {
  return {
    vantage,
    blackoutMs: null,
    lowMs: null,
    highMs: null,
    locatedBy: null,
    lostMs: null,
    guestStopMs: null,
    hostSilentMs: null,
    brownoutMs,
    noiseFloorMs,
    belowNoise: false,
    gap,
  };
}

/** Silent time within a window, without one of the silences. */
function silentTime(silences: readonly Silence[], but: Silence | null, fromMs: number, untilMs: number): number {
  return silences.reduce((sumMs, silence) => {
    if (silence === but) return sumMs;
    return sumMs + Math.max(0, Math.min(silence.endMs, untilMs) - Math.max(silence.startMs, fromMs));
  }, 0);
}
