import type { Action } from './plan';
import { effectiveDue, type Schedule } from './schedule';

/** What happens to a migration for which there is no free permit at its due time. */
export type WhenBusy = 'postpone-all' | 'postpone-one' | 'skip';

/** What happens to an action that can no longer be armed in time, e.g. after an outage of the worker. */
export type WhenLate = 'shift-all' | 'run-now' | 'skip';

/** What a spec says of time. Milliseconds. */
export interface TimePolicy {
  readonly whenBusy: WhenBusy;
  readonly whenLate: WhenLate;
  /** Lateness that is still in time. */
  readonly lateToleranceMs: number;
}

/** Everything that the next step of a plan depends on. Times UTC ms. */
export interface Situation {
  readonly nowMs: number;
  readonly schedule: Schedule;
  /** An action that was started waits for a permit. */
  readonly permitPending: boolean;
  /** An earlier action of its VM was started and has said nothing yet: it may ask for its permit later than this one would. */
  readonly vmUnheard: boolean;
  readonly policy: TimePolicy;
  /** How long before its due time an action is started. */
  readonly leadMs: number;
}

/** What to do about the next action of a plan. */
export type Step =
  /** Nothing before `untilMs`; null: nothing before something changes. */
  | { readonly kind: 'wait'; readonly untilMs: number | null }
  /** Start it for this due time, after delaying the rest of the plan by `shiftMs`. */
  | { readonly kind: 'start'; readonly dueMs: number; readonly shiftMs: number }
  | { readonly kind: 'skip'; readonly dueMs: number };

/**
 * Decides about the next action. The paper's rule (`postpone-all`) starts nothing while an earlier action waits for its
 * permit. Actions of one VM keep their order in any case. An action that comes too late never comes in a burst with
 * others: `shift-all` moves the rest of the plan with it.
 */
export function nextStep(
  action: Action,
  { nowMs, schedule, permitPending, vmUnheard, policy, leadMs }: Situation,
): Step {
  const dueMs = effectiveDue(action, schedule);
  if (dueMs === null || schedule.pausedAtMs !== null) return { kind: 'wait', untilMs: null };
  if (vmUnheard) return { kind: 'wait', untilMs: null };
  if (permitPending && policy.whenBusy === 'postpone-all') return { kind: 'wait', untilMs: null };
  const startAtMs = action.kind === 'migrate' ? dueMs - leadMs : dueMs;
  if (nowMs < startAtMs) return { kind: 'wait', untilMs: startAtMs };
  const lateMs = nowMs - dueMs;
  if (action.kind === 'end' || lateMs <= policy.lateToleranceMs || policy.whenLate === 'run-now') {
    return { kind: 'start', dueMs, shiftMs: 0 };
  }
  if (policy.whenLate === 'skip') return { kind: 'skip', dueMs };
  const shiftMs = lateMs + leadMs;
  return { kind: 'start', dueMs: dueMs + shiftMs, shiftMs };
}
