import { boundsHold, type Compared } from './compare';

/** What is wrong with a comparison by the promises of docs/measurement.md; empty: nothing. */
export function offences(compared: Compared, kind: 'paused' | 'dropped'): readonly string[] {
  const { lengthMs, silence, silenceOffMs, guestStopOffMs, lostOffMs, idleMs, controlMs, toleranceMs } = compared;
  if (silence === null) return [];
  const besidesMs = idleMs + controlMs;
  const within = (name: string, offMs: number | null, allowedMs: number): string | null =>
    offMs !== null && (offMs < -toleranceMs || offMs > allowedMs)
      ? `${name} is ${offMs.toFixed(1)} ms off, from ${(-toleranceMs).toFixed(1)} to ${allowedMs.toFixed(1)} ms are allowed`
      : null;
  const found = [
    within('silence_ms', silenceOffMs, toleranceMs + besidesMs),
    within('guest_stop_ms', guestStopOffMs, toleranceMs),
    kind === 'dropped' ? within('lost_ms', lostOffMs, toleranceMs + besidesMs) : null,
    boundsHold(compared, besidesMs)
      ? null
      : `bounds ${silence.lowMs.toFixed(1)} to ${silence.highMs.toFixed(1)} ms, ${besidesMs.toFixed(1)} ms are allowed below`,
  ];
  return found.filter((each) => each !== null).map((each) => `${kind} for ${lengthMs.toFixed(1)} ms: ${each}`);
}
