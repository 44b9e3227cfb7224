import type { ProbeRecord } from '../../measurement/types';

/** A time in which the VM does not answer: packets wait for its end, or are lost. */
export interface Pause {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly kind: 'queued' | 'lost';
  /** True: the guest's clock stands still, as in a switch-over. */
  readonly stopsClock?: boolean;
}

/** A time in which the prober gets no CPU. */
export interface Stall {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A VM, a network and a prober, all told exactly. */
export interface Simulation {
  readonly target?: string;
  readonly fromMs?: number;
  readonly untilMs: number;
  readonly periodMs: number;
  /** One-way delays, taken in turn: there and back. */
  readonly delaysMs?: readonly (readonly [there: number, back: number])[];
  /** How late each probe is sent, taken in turn. */
  readonly latenessMs?: readonly number[];
  readonly pauses?: readonly Pause[];
  readonly stalls?: readonly Stall[];
  /** The VM needs this long for each packet that waited. */
  readonly drainMs?: number;
  readonly seq?: number;
}

const GUEST_CLOCK_AHEAD_MS = 123_456;

/** Records as the prober makes them (agents/c/probe-sender.c): after a stall the first missed probe, late, and none of the others. */
export function simulateProbes(simulation: Simulation): ProbeRecord[] {
  const { target = 'g1', fromMs = 0, untilMs, periodMs, pauses = [], stalls = [], drainMs = 0 } = simulation;
  const { delaysMs = [[0.1, 0.1]], latenessMs = [0] } = simulation;
  const records: ProbeRecord[] = [];
  let freeAtMs = 0;
  let seq = simulation.seq ?? 0;
  for (let dueAtMs = fromMs; dueAtMs < untilMs;) {
    const index = records.length;
    const wantedMs = dueAtMs + at(latenessMs, index);
    const stall = stalls.find((each) => wantedMs >= each.fromMs && wantedMs < each.untilMs);
    const sentAtMs = stall?.untilMs ?? wantedMs;
    const [there, back] = at(delaysMs, index);
    const arrivedMs = sentAtMs + there;
    const pause = pauses.find((each) => arrivedMs >= each.fromMs && arrivedMs < each.untilMs);
    const lost = pause?.kind === 'lost';
    const echoedMs = lost ? null : Math.max(pause?.untilMs ?? arrivedMs, freeAtMs);
    if (echoedMs !== null) freeAtMs = pause === undefined && freeAtMs <= arrivedMs ? echoedMs : echoedMs + drainMs;
    records.push({
      target,
      seq: seq++,
      dueAtMs,
      sentAtMs,
      answeredAtMs: echoedMs === null ? null : echoedMs + back,
      guestClockMs: echoedMs === null ? null : guestClock(echoedMs, pauses),
    });
    dueAtMs += (Math.floor((sentAtMs - dueAtMs) / periodMs) + 1) * periodMs;
  }
  return records;
}

function guestClock(nowMs: number, pauses: readonly Pause[]): number {
  const stoodStillMs = pauses
    .filter(({ stopsClock }) => stopsClock === true)
    .reduce((sumMs, { fromMs, untilMs }) => sumMs + Math.max(0, Math.min(nowMs, untilMs) - fromMs), 0);
  return GUEST_CLOCK_AHEAD_MS + nowMs - stoodStillMs;
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('a simulation needs at least one value');
  return value;
}
