/** One probe and its answer. Times in milliseconds (fractions down to 1 us) on the vantage's clock, UTC epoch. */
export interface ProbeRecord {
  readonly target: string;
  readonly seq: number;
  /** When it was due on the open-loop grid. */
  readonly dueAtMs: number;
  /** When it was sent; sentAtMs - dueAtMs is the send lateness. */
  readonly sentAtMs: number;
  /** When its answer arrived; null: none within 10 s (lost). */
  readonly answeredAtMs: number | null;
  /** The answerer's CLOCK_MONOTONIC when it echoed; null where lost. */
  readonly guestClockMs: number | null;
}

/** From the sending of the first probe that got no prompt answer until the arrival of the next answer. */
export interface Silence {
  readonly target: string;
  readonly vantage: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly durationMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Milliseconds of it whose probes were never answered, and how many probes those were. */
  readonly lostMs: number;
  readonly lostProbes: number;
  readonly lateProbes: number;
  /** How far the answerer's clock fell behind the vantage's across it; null where it cannot be told. */
  readonly guestStopMs: number | null;
  /** The largest send lateness among the probes around it: part of both bounds. */
  readonly sendLatenessMs: number;
  /** True: it was still going on when the measurement ended, durationMs is a lower bound. */
  readonly open: boolean;
}

/** How the blackout was found among the silences. */
export type LocatedBy = 'guest-clock' | 'hypervisor' | 'ambiguous';

/** What a migration cost its VM on the network, from one vantage; null where it could not be measured. */
export interface Blackout {
  readonly vantage: string;
  readonly blackoutMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly locatedBy: LocatedBy | null;
  readonly lostMs: number | null;
  readonly guestStopMs: number | null;
  /** Part of it in which the control echo of the source or of the target was silent too; null: not known. */
  readonly hostSilentMs: number | null;
  readonly brownoutMs: number | null;
  /** The largest silence of the VM in the background before its first migration; null without background. */
  readonly noiseFloorMs: number | null;
  /** The blackout does not stand out of the noise floor. */
  readonly belowNoise: boolean;
  /** Why blackoutMs is null. */
  readonly gap: string | null;
}
