import type { State } from '../state/state';
import { noteUsage } from '../counters/usage-book';
import { dueMs, flowOf, letPass, nextEventMs } from './flow';
import { end, nextPhase } from './transitions';

/** Works the model out up to `untilMs`; the clock stays at the last event, so that looking changes no figure. */
export function settle(state: State, untilMs: number): void {
  for (;;) {
    const flow = flowOf(state);
    const atMs = nextEventMs(state, flow);
    if (atMs > untilMs) return;
    const due = [...state.running].filter((migration) => dueMs(state, migration, flow) <= atMs);
    if (atMs > state.clockMs) noteUsage(state, flow);
    letPass(state, flow, atMs);
    for (const migration of due) {
      const pace = flow.get(migration);
      if (migration.fault !== null && migration.fault.atMs <= atMs) {
        const { code, message } = migration.fault;
        end(state, migration, { state: 'failed', code, message });
        continue;
      }
      // The event was worked out from these very bytes: what is left of them is rounding.
      if (pace !== undefined) migration.restBytes = 0;
      nextPhase(state, migration, pace);
    }
  }
}

/** Works the model out up to exactly `atMs`; for commands, which the journal repeats at the same moment. */
export function settleExactly(state: State, atMs: number): void {
  settle(state, atMs);
  if (atMs <= state.clockMs) return;
  const flow = flowOf(state);
  noteUsage(state, flow);
  letPass(state, flow, atMs);
}
