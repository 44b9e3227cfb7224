import type { Silence } from '../../measurement/types';

/** A made-up silence of g1. */
export function madeSilence(startMs: number, durationMs: number, change: Partial<Silence> = {}): Silence {
  return {
    target: 'g1',
    vantage: 'here',
    startMs,
    endMs: startMs + durationMs,
    durationMs,
    lowMs: Math.max(0, durationMs - 5),
    highMs: durationMs + 5,
    lostMs: 0,
    lostProbes: 0,
    lateProbes: 3,
    guestStopMs: null,
    sendLatenessMs: 0.2,
    open: false,
    ...change,
  };
}
