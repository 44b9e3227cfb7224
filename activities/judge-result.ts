import type { MigrationEnd } from '../hypervisors/types';
import type { MigrationResult } from './migration-result';

/** What is known of the attempt that tells of an end. */
export type Attempted = Pick<MigrationResult, 'armedAtMs' | 'attempts'>;

/** Outcomes of migrations of which nothing was seen. */
export type NeverBegan = 'failed' | 'missed' | 'cancelled' | 'no-op';

/** How a migration met its deadline. */
export interface MetDeadline {
  /** What was done when it came; null: it did not come. */
  readonly overdue: string | null;
  readonly deadlineMs: number | null;
  readonly cancelWanted: boolean;
}

/** A migration whose end is known; it is observed if both its request and its end are. */
export function endedResult(
  end: MigrationEnd,
  requestedAtMs: number | null,
  requestProvenance: string,
  attempted: Attempted,
): MigrationResult {
  const { state, figures, finishedAtMs, provenance } = end;
  return {
    ...attempted,
    outcome: state,
    error: end.state === 'succeeded' ? null : `${end.code}: ${end.message}`,
    requestedAtMs,
    finishedAtMs,
    migrationMs: requestedAtMs === null || state !== 'succeeded' ? null : finishedAtMs - requestedAtMs,
    figures,
    provenance: provenance === 'observed' && requestProvenance === 'observed' ? 'observed' : 'recovered',
  };
}

/** A migration that was not requested, or of which nobody can tell more. */
export function neverResult(outcome: NeverBegan, error: string, attempted: Attempted): MigrationResult {
  const nothing = { requestedAtMs: null, finishedAtMs: null, migrationMs: null, figures: {} };
  return { ...nothing, ...attempted, outcome, error, provenance: 'observed' };
}

/** One that met its deadline did not converge, however it then ended, unless it failed or the user cancelled it. */
export function judgedByDeadline(
  result: MigrationResult,
  { overdue, deadlineMs, cancelWanted }: MetDeadline,
): MigrationResult {
  const wanted = cancelWanted && result.outcome === 'cancelled';
  // The word of its end may come after the deadline.
  const inTime = result.migrationMs !== null && result.migrationMs < (deadlineMs ?? Infinity);
  if (overdue === null || wanted || inTime || result.outcome === 'failed') return result;
  return { ...result, outcome: 'not-converged', error: overdue, migrationMs: deadlineMs };
}
