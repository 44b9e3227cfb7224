import { actionId } from './action-id';
import type { Pace } from './pattern-spec';
import type { MigrateAction, When } from './plan';

/** A VM and the host it goes to. */
export interface Move {
  readonly vm: string;
  readonly to: string;
}

/**
 * Gives moves their ids and times, `concurrent` at once: at a fixed pace that many start together; with a pause each
 * follows the end of the one `concurrent` places before it.
 */
export function paceMoves(moves: readonly Move[], pace: Pace, concurrent = 1): readonly MigrateAction[] {
  return moves.map(({ vm, to }, index) => ({
    id: actionId(index + 1),
    kind: 'migrate',
    vm,
    to,
    ...when(index, pace, concurrent),
  }));
}

/** When a paced plan ends: one step after its last migration at a fixed pace, else with the last migration's end. */
export function endOfMoves(count: number, pace: Pace, concurrent = 1): When {
  if (count === 0) return { dueMs: 0 };
  if ('everyMs' in pace) return { dueMs: Math.ceil(count / concurrent) * pace.everyMs };
  return { after: actionId(count), pauseMs: 0 };
}

function when(index: number, pace: Pace, concurrent: number): When {
  if ('everyMs' in pace) return { dueMs: Math.floor(index / concurrent) * pace.everyMs };
  if (index < concurrent) return { dueMs: 0 };
  return { after: actionId(index - concurrent + 1), pauseMs: pace.pauseMs };
}
