import type { Action } from './plan';

/** What decides when the remaining actions happen; plain JSON, carried across continue-as-new. All times UTC ms. */
export interface Schedule {
  readonly timeZeroMs: number;
  /** Sum of all postponements and pauses so far. */
  readonly shiftMs: number;
  /** When each action ended that another one waits for. */
  readonly endedAtMs: Readonly<Record<string, number>>;
}

/** A schedule as it is at time zero. */
export function startSchedule(timeZeroMs: number): Schedule {
  return { timeZeroMs, shiftMs: 0, endedAtMs: {} };
}

/** When an action was to happen by the plan alone, UTC ms; null for one that follows the end of another. */
export function originalDue(action: Action, schedule: Schedule): number | null {
  return 'dueMs' in action ? schedule.timeZeroMs + action.dueMs : null;
}

/** When an action is to happen after all postponements, UTC ms; null while the action it follows has not ended. */
export function effectiveDue(action: Action, schedule: Schedule): number | null {
  if ('dueMs' in action) return schedule.timeZeroMs + action.dueMs + schedule.shiftMs;
  const ended = schedule.endedAtMs[action.after];
  return ended === undefined ? null : ended + action.pauseMs;
}

/** Delays every action that is still to come by the same time. */
export function postponeAll(schedule: Schedule, byMs: number): Schedule {
  return { ...schedule, shiftMs: schedule.shiftMs + byMs };
}

/** Notes when an action ended, for those that follow it. */
export function noteEnded(schedule: Schedule, actionId: string, endedAtMs: number): Schedule {
  return { ...schedule, endedAtMs: { ...schedule.endedAtMs, [actionId]: endedAtMs } };
}

/** What happens to an action that can no longer be armed in time, e.g. after an outage of the worker. */
export type WhenLate = 'shift-all' | 'run-now' | 'skip';

/** What to do with an action now. `shiftMs`: how much everything still to come is delayed first. */
export type LateDecision = { readonly kind: 'run'; readonly shiftMs: number } | { readonly kind: 'skip' };

/**
 * Decides about an action that is about to be armed at `nowMs` for `dueMs`. Within the tolerance it just runs, late;
 * beyond it `shift-all` moves the whole rest of the plan, so that missed actions never come in a burst.
 */
export function decideLate(
  dueMs: number,
  nowMs: number,
  policy: WhenLate,
  toleranceMs: number,
  leadMs: number,
): LateDecision {
  const lateMs = nowMs - dueMs;
  if (lateMs <= toleranceMs || policy === 'run-now') return { kind: 'run', shiftMs: 0 };
  return policy === 'skip' ? { kind: 'skip' } : { kind: 'run', shiftMs: lateMs + leadMs };
}
