import { actionId } from './action-id';
import type { PatternSpec, StaircasePattern } from './pattern-spec';
import { staircase } from './patterns/staircase';
import type { Action, MigrateAction, Placement, Plan, When } from './plan';

/** Generates the plan of a pattern; the same placement and pattern always give the same plan. */
export function makePlan(placement: Placement, pattern: PatternSpec): Plan {
  const migrations = generate(placement, pattern);
  const end: Action = { id: actionId(migrations.length + 1), kind: 'end', ...endOf(migrations, pattern) };
  return { placement, actions: [...migrations, end] };
}

function generate(placement: Placement, pattern: PatternSpec): readonly MigrateAction[] {
  switch (pattern.kind) {
    case 'staircase':
      return staircase(placement, pattern);
    case 'list':
      return pattern.actions.map((action) => ({ kind: 'migrate', ...action }));
  }
}

/** A staircase ends one step after its last migration, a list with the end of its last one. */
function endOf(migrations: readonly MigrateAction[], pattern: PatternSpec): When {
  const last = migrations.at(-1);
  if (last === undefined) return { dueMs: 0 };
  return pattern.kind === 'staircase' ? stepAfter(migrations.length, pattern) : { after: last.id, pauseMs: 0 };
}

function stepAfter(steps: number, { everyMs }: StaircasePattern): When {
  return { dueMs: steps * everyMs };
}
