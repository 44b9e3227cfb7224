import type { MigrationEnded } from '../campaign/contract/messages';
import type { MigrationRow } from '../store/types';
import type { Dependencies } from './dependencies';
import { NO_BLACKOUT } from './no-blackout';
import type { MigrationResult } from './migration-result';

/** A migration's intent and result, as its workflow knows them. Times UTC ms. */
export interface RecordMigrationInput {
  readonly key: { readonly campaignId: string };
  readonly directory: string;
  readonly actionId: string;
  readonly kind: 'migrate' | 'place';
  readonly vm: string;
  readonly from: string | null;
  readonly to: string;
  /** By the plan alone. */
  readonly originalDueMs: number | null;
  /** When it was started for: after earlier postponements and pauses. */
  readonly dueMs: number;
  /** When it was really to be requested: after waiting for its permit. */
  readonly effectiveDueMs: number;
  readonly result: MigrationResult;
}

/** Stores the row of a migration that ended; what it cost on the network is added when the campaign finishes. */
export function createRecordMigration({ store, clock }: Dependencies) {
  return async function recordMigration(input: RecordMigrationInput): Promise<MigrationEnded> {
    const row = migrationRow(input);
    await store.append(input.directory, 'migrations', [row]);
    return {
      actionId: row.action,
      endedAtMs: row.finished ?? clock.nowMs(),
      outcome: row.outcome,
      vm: row.vm,
      from: row.from ?? '?',
      to: row.to,
      migrationMs: row.migration_ms,
      downtimeMs: row.downtime_ms,
      latenessMs: row.lateness_ms,
      error: row.error,
    };
  };
}

/** The row as far as the migration itself knows it. */
export function migrationRow(input: Omit<RecordMigrationInput, 'directory'>): MigrationRow {
  const { key, actionId, kind, vm, from, to, originalDueMs, dueMs, effectiveDueMs, result } = input;
  const { requestedAtMs, figures } = result;
  return {
    campaign: key.campaignId,
    action: actionId,
    origin: 'drover',
    kind,
    vm,
    from,
    to,
    due: originalDueMs,
    effective_due: kind === 'place' ? null : effectiveDueMs,
    armed: result.armedAtMs,
    requested: requestedAtMs,
    finished: result.finishedAtMs,
    outcome: result.outcome,
    error: result.error,
    lateness_ms: kind === 'place' || requestedAtMs === null ? null : requestedAtMs - effectiveDueMs,
    waited_ms: requestedAtMs === null ? null : effectiveDueMs - dueMs,
    migration_ms: result.migrationMs,
    hypervisor_ms: figures.totalMs ?? null,
    queued_ms: figures.queuedMs ?? null,
    vantage: null,
    ...NO_BLACKOUT,
    downtime_ms: figures.downtimeMs ?? null,
    transferred_bytes: figures.transferredBytes ?? null,
    iterations: figures.iterations ?? null,
    attempts: result.attempts,
    provenance: result.provenance,
  };
}
