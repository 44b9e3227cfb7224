import type { Action } from './plan';

/** When an action ended, and what it takes to tell when those that follow it are due. */
export interface Ended {
  readonly atMs: number;
  /** Everything that the plan had been delayed by at that moment. */
  readonly shiftMs: number;
  /** Actions that follow it and were not started yet; at 0 nobody needs to know any more. */
  readonly followers: number;
}

/** What decides when the remaining actions happen; plain JSON, carried across continue-as-new. All times UTC ms. */
export interface Schedule {
  readonly timeZeroMs: number;
  /** Sum of all postponements and pauses so far, without the pause that is going on. */
  readonly shiftMs: number;
  /** Since when the plan is paused; null: it is not. */
  readonly pausedAtMs: number | null;
  readonly ended: Readonly<Record<string, Ended>>;
}

/** A schedule as it is at time zero. */
export function startSchedule(timeZeroMs: number): Schedule {
  return { timeZeroMs, shiftMs: 0, pausedAtMs: null, ended: {} };
}

/** When an action was to happen by the plan alone, UTC ms; null for one that follows the end of another. */
export function originalDue(action: Action, { timeZeroMs }: Schedule): number | null {
  return 'dueMs' in action ? timeZeroMs + action.dueMs : null;
}

/**
 * When an action is to happen after all postponements and pauses, UTC ms; null while the action it follows has not
 * ended. Only those delays count that came after that end.
 */
export function effectiveDue(action: Action, { timeZeroMs, shiftMs, ended }: Schedule): number | null {
  if ('dueMs' in action) return timeZeroMs + action.dueMs + shiftMs;
  const leader = ended[action.after];
  return leader === undefined ? null : leader.atMs + action.pauseMs + (shiftMs - leader.shiftMs);
}

/** Delays every action that is still to come by the same time. */
export function postponeAll(schedule: Schedule, byMs: number): Schedule {
  return { ...schedule, shiftMs: schedule.shiftMs + byMs };
}

/**
 * Delays the rest of the plan by as much as a started action was: several that waited for the same thing are one delay.
 * @param startedShiftMs - the schedule's shift when that action was started
 */
export function postponeAfter(schedule: Schedule, startedShiftMs: number, delayMs: number): Schedule {
  return { ...schedule, shiftMs: Math.max(schedule.shiftMs, startedShiftMs + delayMs) };
}

/** Stops the plan's clock; a repeated call changes nothing. */
export function pausePlan(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, pausedAtMs: schedule.pausedAtMs ?? nowMs };
}

/** Lets the plan's clock run again: everything still to come moves by the length of the pause. */
export function resumePlan(schedule: Schedule, nowMs: number): Schedule {
  const { pausedAtMs, shiftMs } = schedule;
  if (pausedAtMs === null) return schedule;
  return { ...schedule, pausedAtMs: null, shiftMs: shiftMs + Math.max(0, nowMs - pausedAtMs) };
}

/** Notes when an action ended, for the actions that follow it. */
export function noteEnded(schedule: Schedule, actionId: string, endedAtMs: number, followers: number): Schedule {
  if (followers === 0) return schedule;
  const { pausedAtMs } = schedule;
  const pausedMs = pausedAtMs === null ? 0 : Math.max(0, endedAtMs - pausedAtMs);
  const ended = { atMs: endedAtMs, shiftMs: schedule.shiftMs + pausedMs, followers };
  return { ...schedule, ended: { ...schedule.ended, [actionId]: ended } };
}

/** Notes that an action was started, so that the end it waited for can be forgotten with its last follower. */
export function noteStarted(schedule: Schedule, action: Action): Schedule {
  const leader = 'after' in action ? schedule.ended[action.after] : undefined;
  if (leader === undefined || !('after' in action)) return schedule;
  const { [action.after]: _leader, ...others } = schedule.ended;
  const followers = leader.followers - 1;
  return { ...schedule, ended: followers > 0 ? { ...others, [action.after]: { ...leader, followers } } : others };
}
