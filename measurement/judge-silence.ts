import type { ClockSight } from './clock-sights';
import type { CurrentSilence, SettlingSilence } from './silence-state';
import type { Silence } from './types';

/** Whose probes they are and how they were sent. */
export interface ProbedTarget {
  readonly target: string;
  readonly vantage: string;
  /** An answer later than this is not prompt. */
  readonly promptMs: number;
  readonly periodMs: number;
}

/** A jump of the clock is told only where both sights together are at least this sharp: plus or minus, milliseconds. */
export const CLOCK_JUMP_RESOLUTION_MS = 5;

/** Turns what was read of a silence into its figures and bounds (docs/measurement.md). */
export function judgeSilence(settling: SettlingSilence, probed: ProbedTarget): Silence {
  const { silence, open } = settling;
  const { startMs, aliveAtMs, lastSentMs, sendLatenessMs } = silence;
  const lastMs = silence.heardMs ?? lastSentMs;
  const endMs = lastMs - unprobedTail(silence, probed);
  return {
    target: probed.target,
    vantage: probed.vantage,
    startMs,
    endMs,
    durationMs: endMs - startMs,
    lowMs: lowBound(settling, probed.promptMs),
    highMs: lastMs - aliveAtMs + sendLatenessMs,
    lostMs: lostTime(silence, probed, lastMs),
    lostProbes: silence.lostProbes,
    lateProbes: silence.lateProbes,
    guestStopMs: open ? null : clockJump(settling, lastMs - aliveAtMs),
    sendLatenessMs,
    open,
  };
}

/** True where nothing was lost and something was heard within the prompt limit: an answer only queued behind others. */
export function wasHeardInTime({ startMs, heardMs, lostProbes }: CurrentSilence, promptMs: number): boolean {
  return lostProbes === 0 && heardMs !== null && heardMs - startMs <= promptMs;
}

/** The clock as an answer shows it that was echoed between two moments of the vantage. */
export function sightOf(guestClockMs: number, earliestMs: number, latestMs: number): ClockSight {
  return { offsetMs: guestClockMs - (earliestMs + latestMs) / 2, widthMs: latestMs - earliestMs };
}

/** The narrower of two sights. */
export function narrower(a: ClockSight | null, b: ClockSight | null): ClockSight | null {
  if (a === null || b === null) return a ?? b;
  return b.widthMs < a.widthMs ? b : a;
}

/** What the answer that ended the silence shows of the clock: a probe that waited was echoed within a usual round trip of its arrival. */
export function sightAtEnd({ heard, heardMs, usualMs }: CurrentSilence): ClockSight | null {
  if (heard === null || heardMs === null) return null;
  return sightOf(heard.guestClockMs, Math.max(heard.sentMs, heardMs - usualMs), heardMs);
}

/** Time before the probe that ended the silence in which the prober itself sent nothing: it cannot count as silence. */
function unprobedTail({ heard, heardMs }: CurrentSilence, { promptMs, periodMs }: ProbedTarget): number {
  if (heard === null || heardMs === null || heardMs - heard.sentMs > promptMs) return 0;
  const apartMs = heard.sentMs - heard.previousSentMs;
  return apartMs > 2 * periodMs ? apartMs - periodMs : 0;
}

function lowBound({ silence, after }: SettlingSilence, promptMs: number): number {
  const { startMs, heard, heardMs, lastSentMs, sendLatenessMs } = silence;
  const usualMs = Math.max(silence.usualMs, after?.widthMs ?? 0);
  const certain = (untilMs: number, unprobedMs: number): number =>
    Math.max(0, untilMs - startMs - usualMs - Math.max(unprobedMs, sendLatenessMs));
  if (heardMs === null) return certain(lastSentMs, silence.unprobedMs);
  if (heard === null) return 0;
  // A prompt answer may come from a probe sent after the silence; one that was late waited for the end of it.
  return heardMs - heard.sentMs > promptMs
    ? certain(heardMs, heard.unprobedMs)
    : certain(heard.silentUntilMs, heard.unprobedBeforeMs);
}

function lostTime({ lostMs, lostRun }: CurrentSilence, { periodMs }: ProbedTarget, lastMs: number): number {
  if (lostRun === null) return lostMs;
  return lostMs + Math.min(lastMs, lostRun.lastMs + periodMs) - lostRun.fromMs;
}

/** How far the clock fell behind; null where a side is missing or blurred, or where the clock began anew (a reboot). */
function clockJump({ silence, after }: SettlingSilence, mostMs: number): number | null {
  const { before } = silence;
  const best = narrower(sightAtEnd(silence), after);
  if (before === null || best === null) return null;
  const uncertainMs = (before.widthMs + best.widthMs) / 2;
  const jumpMs = before.offsetMs - best.offsetMs;
  if (uncertainMs > CLOCK_JUMP_RESOLUTION_MS || jumpMs > mostMs + uncertainMs) return null;
  return jumpMs;
}
