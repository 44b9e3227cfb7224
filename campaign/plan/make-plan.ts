import { actionId } from './action-id';
import { endOfMoves, paceMoves, type Move } from './pace-moves';
import type { ListPattern, Pace, PatternSpec } from './pattern-spec';
import { cycle } from './patterns/cycle';
import { evacuate } from './patterns/evacuate';
import { ring } from './patterns/ring';
import { staircase } from './patterns/staircase';
import type { EndAction, Placement, Plan } from './plan';

/**
 * Generates the plan of a pattern; the same placement and pattern always give the same plan. Its order is the order of
 * arming: an action never follows one that stands after it, and due times never decrease.
 */
export function makePlan(placement: Placement, pattern: PatternSpec): Plan {
  switch (pattern.kind) {
    case 'staircase':
      return paced(placement, staircase(placement, pattern), { everyMs: pattern.everyMs });
    case 'ring':
      return paced(placement, ring(placement, pattern), pattern.pace, pattern.concurrent);
    case 'cycle':
      return paced(placement, cycle(placement, pattern), pattern.pace);
    case 'evacuate':
      return paced(placement, evacuate(placement, pattern), pattern.pace);
    case 'list':
      return { placement, actions: [...pattern.actions, endOfList(pattern)] };
  }
}

function paced(placement: Placement, moves: readonly Move[], pace: Pace, concurrent?: number): Plan {
  const end: EndAction = { id: actionId(moves.length + 1), kind: 'end', ...endOfMoves(moves.length, pace, concurrent) };
  return { placement, actions: [...paceMoves(moves, pace, concurrent), end] };
}

function endOfList({ actions, end }: ListPattern): EndAction {
  if (end !== null) return { kind: 'end', ...end };
  const last = actions.at(-1);
  const id = actionId(actions.length + 1);
  return last === undefined ? { id, kind: 'end', dueMs: 0 } : { id, kind: 'end', after: last.id, pauseMs: 0 };
}
