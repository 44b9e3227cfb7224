import type { MigrationRow } from '../store/types';

/** Migrations of the plan in run order: what the statistics are about. */
export function plannedMigrations(rows: readonly MigrationRow[]): readonly MigrationRow[] {
  return inRunOrder(rows.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover'));
}

/** Placement migrations and migrations that others started: shown, and in no statistic. */
export function otherMigrations(rows: readonly MigrationRow[]): readonly MigrationRow[] {
  return inRunOrder(rows.filter(({ kind, origin }) => kind !== 'migrate' || origin !== 'drover'));
}

/** Ended without success although it was tried. */
export function isFailed({ outcome }: MigrationRow): boolean {
  return outcome === 'failed' || outcome === 'cancelled' || outcome === 'missed';
}

/** Met its deadline: its time is longer than what was seen. */
export function isCensored({ outcome }: MigrationRow): boolean {
  return outcome === 'not-converged';
}

/** `h1 → h2`; the source may be unknown. */
export function route({ from, to }: MigrationRow): string {
  return `${from ?? '?'} \u2192 ${to}`;
}

function inRunOrder(rows: readonly MigrationRow[]): readonly MigrationRow[] {
  const when = (row: MigrationRow) => row.requested ?? row.effective_due ?? row.due ?? Infinity;
  return [...rows].sort((a, b) => (when(a) === when(b) ? 0 : when(a) - when(b)));
}
