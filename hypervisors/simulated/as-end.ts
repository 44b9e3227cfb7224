import type { HypervisorFigures, MigrationEnd, MigrationProgress, Provenance } from '../types';
import type { WireEnd, WireMigration } from './wire';

/** A migration's end in the common words; `finishedAtMs` is when this process saw it, or the data centre's own time. */
export function asEnd(
  migration: WireMigration,
  end: WireEnd,
  finishedAtMs: number,
  provenance: Provenance,
): MigrationEnd {
  const figures: HypervisorFigures = {
    startedAtMs: migration.startedAtMs,
    finishedAtMs: end.atMs,
    totalMs: end.atMs - migration.startedAtMs,
    transferredBytes: migration.transferredBytes,
    iterations: migration.iteration,
    ...(end.downtimeMs === null ? {} : { downtimeMs: end.downtimeMs }),
  };
  if (end.state === 'succeeded') return { state: 'succeeded', finishedAtMs, provenance, figures };
  const { state, code, message } = end;
  return { state, finishedAtMs, provenance, figures, code: code ?? 'protocol', message: message ?? 'no reason given' };
}

/** A running migration's progress in the common words. */
export function asProgress(migration: WireMigration): MigrationProgress {
  const { elapsedMs, transferredBytes, remainingBytes, iteration, dirtyBytesPerS } = migration;
  return { elapsedMs, transferredBytes, remainingBytes, iteration, dirtyBytesPerS };
}
