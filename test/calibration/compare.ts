import type { ProbeRecord, Silence } from '../../measurement/types';
import { lengthOf, type Truth } from './truth';

/** What the product says of a disturbance, less the truth; ms. */
export interface Compared {
  readonly truth: Truth;
  /** The longest that it can have been. */
  readonly lengthMs: number;
  /** Null: it is not seen as a silence. */
  readonly silence: Silence | null;
  readonly silenceOffMs: number | null;
  readonly guestStopOffMs: number | null;
  readonly lostOffMs: number | null;
  /** For how long the VM ran and did not answer around it, by its own clock: what the emulation adds. */
  readonly idleMs: number;
  /** The slowest answer of an undisturbed VM in the seconds around its ends: what this machine adds to any. */
  readonly controlMs: number;
  /** Two probe periods and the send lateness on record. */
  readonly toleranceMs: number;
}

/** All that was probed. */
export interface Observed {
  readonly records: readonly ProbeRecord[];
  /** Name of the VM that nothing is done to. */
  readonly control: string;
  readonly periodMs: number;
}

/** Compares what happened to a VM with the silences that the product found. */
export function compare(
  truth: Truth,
  kind: 'paused' | 'dropped',
  silences: readonly Silence[],
  { records, control, periodMs }: Observed,
): Compared {
  const [leastMs, lengthMs] = lengthOf(truth);
  const own = records.filter(({ target }) => target === truth.vm);
  const silence =
    silences
      .filter(({ target, startMs, endMs }) => target === truth.vm && endMs > truth.began[0] && startMs < truth.ended[1])
      .sort((a, b) => b.durationMs - a.durationMs)[0] ?? null;
  const off = (figureMs: number | null, least: number, most: number): number | null => {
    if (figureMs === null) return null;
    return figureMs > most ? figureMs - most : Math.min(0, figureMs - least);
  };
  const stopMs = kind === 'paused' ? [leastMs, lengthMs] : [0, 0];
  const lostMs = kind === 'dropped' ? [leastMs, lengthMs] : [0, 0];
  return {
    truth,
    lengthMs,
    silence,
    silenceOffMs: silence && off(silence.durationMs, leastMs, lengthMs),
    guestStopOffMs: silence && off(silence.guestStopMs, stopMs[0] ?? 0, stopMs[1] ?? 0),
    lostOffMs: silence && off(silence.lostMs, lostMs[0] ?? 0, lostMs[1] ?? 0),
    idleMs: kind === 'paused' ? idleAround(truth, own, periodMs) : waitedBefore(truth, own),
    controlMs: slowestOf(
      truth,
      records.filter(({ target }) => target === control),
    ),
    toleranceMs: 2 * periodMs + latenessAround(truth, own),
  };
}

/** Whether the bounds of the silence hold the truth, where the VM did not answer for `besidesMs` more than it was disturbed. */
export function boundsHold({ truth, silence }: Compared, besidesMs: number): boolean {
  if (silence === null) return true;
  const [leastMs, mostMs] = lengthOf(truth);
  return silence.highMs >= leastMs - STAMP_MS && silence.lowMs <= mostMs + besidesMs + STAMP_MS;
}

/** What separates two readings of the same moment by two programs of one machine. */
export const STAMP_MS = 0.5;
/** Disturbances have to be further apart. */
const NEAR_MS = 1_000;

function latenessAround({ began, ended }: Truth, own: readonly ProbeRecord[]): number {
  return own.reduce(
    (most, { dueAtMs, sentAtMs }) =>
      sentAtMs > began[0] - NEAR_MS && dueAtMs < ended[1] + NEAR_MS ? Math.max(most, sentAtMs - dueAtMs) : most,
    0,
  );
}

/** Time before the stop (beyond a period) and after the resumption in which the VM ran and echoed nothing, by its own clock. */
function idleAround({ began, ended }: Truth, own: readonly ProbeRecord[], periodMs: number): number {
  const before = offsetIn(own, began[0] - NEAR_MS, began[0]);
  const after = offsetIn(own, ended[1], ended[1] + NEAR_MS);
  if (before === null || after === null) return Infinity;
  const answered = own.filter(({ answeredAtMs }) => answeredAtMs !== null);
  const lastMs = answered
    .filter(({ answeredAtMs }) => (answeredAtMs ?? 0) < ended[0])
    .reduce((last, { guestClockMs }) => Math.max(last, guestClockMs ?? last), -Infinity);
  const firstMs = answered
    .filter(({ answeredAtMs }) => (answeredAtMs ?? 0) >= ended[0])
    .reduce((first, { guestClockMs }) => Math.min(first, guestClockMs ?? first), Infinity);
  return Math.max(0, began[1] + before - lastMs - periodMs) + Math.max(0, firstMs - after - ended[0]);
}

/** For how long the first lost probe had been under way when the packets began to be dropped: its answer was not out yet. */
function waitedBefore({ began }: Truth, own: readonly ProbeRecord[]): number {
  const before = own.filter(({ sentAtMs }) => sentAtMs < began[1]);
  const answered = before.findLastIndex(({ answeredAtMs }) => answeredAtMs !== null);
  const first = before[answered + 1];
  return first === undefined ? 0 : began[1] - first.sentAtMs;
}

/** The slowest answer of a VM that nothing is done to, in the seconds around both ends: what the machine itself adds. */
function slowestOf({ began, ended }: Truth, control: readonly ProbeRecord[]): number {
  const isNear = (atMs: number): boolean => [began[0], ended[1]].some((edgeMs) => Math.abs(atMs - edgeMs) < NEAR_MS);
  return control.reduce(
    (most, { sentAtMs, answeredAtMs }) =>
      answeredAtMs !== null && isNear(sentAtMs) ? Math.max(most, answeredAtMs - sentAtMs) : most,
    0,
  );
}

/** Guest clock minus vantage clock by the sharpest answer of a time. */
function offsetIn(own: readonly ProbeRecord[], fromMs: number, untilMs: number): number | null {
  let best: { readonly roundTripMs: number; readonly offsetMs: number } | null = null;
  for (const { sentAtMs, answeredAtMs, guestClockMs } of own) {
    if (answeredAtMs === null || guestClockMs === null || sentAtMs < fromMs || answeredAtMs > untilMs) continue;
    const roundTripMs = answeredAtMs - sentAtMs;
    if (best === null || roundTripMs < best.roundTripMs)
      best = { roundTripMs, offsetMs: guestClockMs - (sentAtMs + answeredAtMs) / 2 };
  }
  return best?.offsetMs ?? null;
}
