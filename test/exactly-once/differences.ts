import type { MigrationRow, StoredPlan } from '../../store/types';

/** A migration that really began, by a log that drover does not write. */
export interface Begun {
  readonly vm: string;
  readonly to: string;
}

/** Outcomes of migrations that really began. */
const BEGUN: readonly MigrationRow['outcome'][] = ['succeeded', 'cancelled', 'not-converged'];

/**
 * Compares plan and rows with what really began, VM by VM in order: one row for each planned migration, and each that
 * began once. @returns one sentence for each difference
 */
export function differences(plan: StoredPlan, rows: readonly MigrationRow[], log: readonly Begun[]): string[] {
  const planned = plan.actions.flatMap((action) => (action.kind === 'migrate' ? [action] : []));
  const found: string[] = [];
  const expected: Begun[] = [];
  for (const { id, vm, to } of planned) {
    const [row, ...more] = rows.filter(({ action }) => action === id);
    if (row === undefined) found.push(`${id}: ${vm} to ${to} has no row`);
    else if (more.length > 0) found.push(`${id}: ${vm} to ${to} has ${String(more.length + 1)} rows`);
    else if (BEGUN.includes(row.outcome)) expected.push({ vm, to });
  }
  const ids = planned.map(({ id }) => id);
  found.push(...rows.filter(({ action }) => !ids.includes(action)).map(({ action }) => `${action}: not planned`));
  for (const vm of new Set([...planned, ...log].map((move) => move.vm))) {
    const [wanted, began] = [expected, log].map((moves) =>
      moves.flatMap((move) => (move.vm === vm ? [move.to] : [])).join(' '),
    );
    if (wanted !== began) found.push(`${vm}: rows say it moved to "${wanted ?? ''}", the log says "${began ?? ''}"`);
  }
  return found;
}
