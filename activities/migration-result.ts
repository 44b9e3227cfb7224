import type { MigrationOutcome } from '../campaign/contract/migration';
import type { Baseline, ForcedEnd, HypervisorFigures, MigrationIntent } from '../hypervisors/types';

/** One decision to migrate and its time. Times UTC ms. */
export interface RunMigrationInput {
  readonly site: string;
  readonly intent: MigrationIntent;
  readonly baseline: Baseline;
  readonly dueMs: number;
  /** After this moment the migration is not submitted any more. */
  readonly notAfterMs: number;
  /** How long the migration may take before it counts as not converged and is cancelled; null: for ever. */
  readonly deadlineMs: number | null;
  /** What then happens to it. */
  readonly onDeadline: 'cancel' | ForcedEnd;
  /** It is only to be ended: found and cancelled if there is one, never submitted. */
  readonly onlyCancel?: boolean;
  /** Of the permit that goes back once it is over; absent in older histories. */
  readonly permitId?: string;
}

/** How it ended. Times UTC ms, null where it never came to that. */
export interface MigrationResult {
  readonly outcome: MigrationOutcome;
  readonly error: string | null;
  readonly armedAtMs: number | null;
  readonly requestedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly migrationMs: number | null;
  readonly figures: HypervisorFigures;
  readonly attempts: number;
  readonly provenance: 'observed' | 'recovered';
  /** Its permit has gone back already; absent: it has not. */
  readonly permitReturned?: boolean;
}

/** The VM is not as the baseline says any more: nothing was requested, and it takes a new baseline. */
export interface StaleBaseline {
  readonly outcome: 'stale';
  readonly error: string;
}
