import type { HypervisorFigures, MigrationEnd, MigrationProgress } from '../types';
import type { WireEnd, WireMigration } from './wire';

/** When a migration ended and how that is known. */
type EndTime = Pick<MigrationEnd, 'finishedAtMs' | 'provenance'>;

/** The time of an end by the data centre's own record. */
export const recordedEnd = ({ atMs }: WireEnd): EndTime => ({ finishedAtMs: atMs, provenance: 'recovered' });

/** A migration's end in the common words. */
export function asEnd(migration: WireMigration, end: WireEnd, time: EndTime): MigrationEnd {
  const figures: HypervisorFigures = {
    startedAtMs: migration.startedAtMs,
    finishedAtMs: end.atMs,
    totalMs: end.atMs - migration.startedAtMs,
    transferredBytes: migration.transferredBytes,
    iterations: migration.iteration,
    ...(end.downtimeMs === null ? {} : { downtimeMs: end.downtimeMs }),
  };
  if (end.state === 'succeeded') return { state: 'succeeded', ...time, figures };
  const { state, code, message } = end;
  return { state, ...time, figures, code: code ?? 'protocol', message: message ?? 'no reason given' };
}

/** A running migration's progress in the common words. */
export function asProgress(migration: WireMigration): MigrationProgress {
  const { elapsedMs, transferredBytes, remainingBytes, iteration, dirtyBytesPerS } = migration;
  return { elapsedMs, transferredBytes, remainingBytes, iteration, dirtyBytesPerS };
}
