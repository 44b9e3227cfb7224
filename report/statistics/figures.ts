import type { MigrationRow } from '../../store/types';
import { spentMs } from './migration-marks';

/** Migration times of successful, observed migrations, in milliseconds. */
export function observedTimes(rows: readonly MigrationRow[]): readonly number[] {
  return rows.flatMap(({ outcome, provenance, migration_ms: ms }) =>
    outcome === 'succeeded' && provenance === 'observed' && ms !== null ? [ms] : [],
  );
}

/** Blackouts of successful, observed migrations that were located with certainty, in milliseconds. */
export function certainBlackouts(rows: readonly MigrationRow[]): readonly number[] {
  return rows.flatMap(({ outcome, provenance, blackout_ms: ms, blackout_located_by: by }) =>
    outcome === 'succeeded' && provenance === 'observed' && by !== 'ambiguous' && ms !== null ? [ms] : [],
  );
}

/** What migrations took until they ended, however they ended, in milliseconds. */
export function spentValues(rows: readonly MigrationRow[]): readonly number[] {
  return rows.flatMap((row) => spentMs(row) ?? []);
}
