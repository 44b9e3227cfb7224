import { addDuration, emptyHistogram, largestOf, quantileOf, type Histogram } from './histogram';
import type { ProbeRecord } from './types';

const MINUTE_MS = 60_000;

/** What the prober did to one target in one minute, or in the part of it that has records. Times UTC ms. */
export interface ProbeSummary {
  /** When the first probe was due. */
  readonly fromMs: number;
  /** One period after the last probe was due. */
  readonly untilMs: number;
  readonly periodMs: number;
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly roundTripP50Ms: number | null;
  readonly roundTripP99Ms: number | null;
  readonly roundTripMaxMs: number | null;
  readonly sendLatenessP99Ms: number | null;
  readonly sendLatenessMaxMs: number | null;
}

/** The minute that is being filled; plain JSON. */
export interface MinuteState {
  readonly minute: number;
  readonly fromMs: number;
  lastDueMs: number;
  sent: number;
  readonly roundTrips: Histogram;
  readonly lateness: Histogram;
}

/** Adds the next records of one target; a minute is summarised when a record of another one follows. */
export function summariseProbes(
  state: MinuteState | null,
  records: readonly ProbeRecord[],
  periodMs: number,
): { readonly state: MinuteState | null; readonly summaries: readonly ProbeSummary[] } {
  let current = structuredClone(state);
  const summaries: ProbeSummary[] = [];
  for (const { dueAtMs, sentAtMs, answeredAtMs } of records) {
    const minute = Math.floor(dueAtMs / MINUTE_MS);
    if (current !== null && current.minute !== minute) {
      summaries.push(summaryOf(current, periodMs));
      current = null;
    }
    current ??= {
      minute,
      fromMs: dueAtMs,
      lastDueMs: dueAtMs,
      sent: 0,
      roundTrips: emptyHistogram(),
      lateness: emptyHistogram(),
    };
    current.lastDueMs = dueAtMs;
    current.sent += 1;
    addDuration(current.lateness, sentAtMs - dueAtMs);
    if (answeredAtMs !== null) addDuration(current.roundTrips, answeredAtMs - sentAtMs);
  }
  return { state: current, summaries };
}

/** The figures of a minute as far as it was filled. */
export function summaryOf(minute: MinuteState, periodMs: number): ProbeSummary {
  const { fromMs, lastDueMs, sent, roundTrips, lateness } = minute;
  return {
    fromMs,
    untilMs: lastDueMs + periodMs,
    periodMs,
    sent,
    answered: roundTrips.count,
    lost: sent - roundTrips.count,
    roundTripP50Ms: quantileOf(roundTrips, 0.5),
    roundTripP99Ms: quantileOf(roundTrips, 0.99),
    roundTripMaxMs: largestOf(roundTrips),
    sendLatenessP99Ms: quantileOf(lateness, 0.99),
    sendLatenessMaxMs: largestOf(lateness),
  };
}
