import type { ClockSight, DatedSight } from './clock-sights';

/** A silence whose probes are still being read. Times UTC ms. */
export interface CurrentSilence {
  readonly startMs: number;
  /** The latest moment before it at which the target surely was alive. */
  readonly aliveAtMs: number;
  /** The usual round trip when it began. */
  readonly usualMs: number;
  readonly before: ClockSight | null;
  /** Earliest arrival after the start so far; null: none yet. */
  heardMs: number | null;
  /** The probe whose answer that is; null: one that was sent before the start. */
  heard: HeardProbe | null;
  lastSentMs: number;
  sendLatenessMs: number;
  /** Time within it for which nothing was sent, or records are missing. */
  unprobedMs: number;
  lostProbes: number;
  lateProbes: number;
  /** Whole runs of lost probes so far, and the run that has not ended yet. */
  lostMs: number;
  lostRun: { readonly fromMs: number; readonly lastMs: number } | null;
}

/** The probe whose answer ended a silence. */
export interface HeardProbe {
  readonly sentMs: number;
  readonly guestClockMs: number;
  /** Sending of the probe before it. */
  readonly previousSentMs: number;
  /** The last sending before it that tells of silence: not that of a probe which was answered promptly itself. */
  readonly silentUntilMs: number;
  /** Time without probes in the silence, up to the previous probe and up to this one. */
  readonly unprobedBeforeMs: number;
  readonly unprobedMs: number;
}

/** A silence that ended; it waits for the prompt answers of some time after it, which show the answerer's clock. */
export interface SettlingSilence {
  readonly silence: CurrentSilence;
  readonly open: boolean;
  /** Until when. UTC ms. */
  readonly untilMs: number;
  after: ClockSight | null;
}

/** What is known of one target between two pieces of records; plain JSON. Times UTC ms. */
export interface SilenceState {
  lastSeq: number | null;
  lastSentMs: number | null;
  /** Send lateness of the last promptly answered probe. */
  lastLatenessMs: number;
  aliveAtMs: number | null;
  /** Sights of the clock since the last silence, as addSight keeps them. */
  sights: readonly DatedSight[];
  /** Largest round trip of the prompt answers: in the block being filled and in the one before. */
  roundTrips: { count: number; largestMs: number; previousLargestMs: number | null };
  /** Arrivals of late answers of earlier silences, which may still be to come. */
  lateArrivalsMs: number[];
  current: CurrentSilence | null;
  settling: SettlingSilence | null;
}

/** The state before the first record. */
export function emptySilenceState(): SilenceState {
  return {
    lastSeq: null,
    lastSentMs: null,
    lastLatenessMs: 0,
    aliveAtMs: null,
    sights: [],
    roundTrips: { count: 0, largestMs: 0, previousLargestMs: null },
    lateArrivalsMs: [],
    current: null,
    settling: null,
  };
}
