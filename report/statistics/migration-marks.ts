import type { MigrationRow } from '../../store/types';
import { MARKS, type Mark } from '../chart/marks';
import { isCensored, isFailed } from '../migration-groups';

/** The symbol of a migration's time. */
export function timeMark(row: MigrationRow): Mark {
  if (isFailed(row)) return MARKS.failed;
  if (isCensored(row)) return MARKS.censored;
  return row.provenance === 'recovered' ? MARKS.recovered : MARKS.observed;
}

/** The symbol of a migration's blackout. */
export function blackoutMark(row: MigrationRow): Mark {
  if (row.blackout_located_by === 'ambiguous') return MARKS.ambiguous;
  return row.provenance === 'recovered' ? MARKS.recovered : MARKS.observed;
}

/** What a migration took, in milliseconds: its migration time, else from request to end; null: it was never requested. */
export function spentMs({ migration_ms, requested, finished }: MigrationRow): number | null {
  return migration_ms ?? (requested === null || finished === null ? null : finished - requested);
}
