import { joinStretches, type Stretch } from './intervals';
import type { UnmeasuredTime } from './silences';
import type { Silence } from './types';

/** What one vantage heard of a host's control echo: all its silences, and when it was not measured. */
export interface HeardHost {
  readonly silences: readonly Silence[];
  readonly unmeasured: readonly UnmeasuredTime[];
}

/**
 * Milliseconds of a VM's silence in which at least one of the hosts was silent too, from the same vantage. Null where a host was not measured throughout.
 */
export function hostSilentMs({ startMs, endMs }: Silence, hosts: readonly HeardHost[]): number | null {
  const meets = ({ fromMs, untilMs }: Stretch): boolean => fromMs < endMs && untilMs > startMs;
  if (hosts.some(({ unmeasured }) => unmeasured.some(meets))) return null;
  const stretches = hosts
    .flatMap(({ silences }) => silences.map((silence) => ({ fromMs: silence.startMs, untilMs: silence.endMs })))
    .filter(meets)
    .map(({ fromMs, untilMs }) => ({ fromMs: Math.max(fromMs, startMs), untilMs: Math.min(untilMs, endMs) }));
  return joinStretches(stretches).reduce((sumMs, { fromMs, untilMs }) => sumMs + untilMs - fromMs, 0);
}
