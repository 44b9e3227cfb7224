import type { MigrationEnd, MigrationHandle } from './types';

/**
 * Word of an end is observed if it came this soon after it, and a request if the migration began this soon after it was sent:
 * what is later was held up on its way, or by a worker that stood still. On a busy machine one look at another's clock tells no
 * better. Milliseconds.
 */
const LATEST_WORD_MS = 1_000;

/**
 * When a migration was requested. `lateMs` is how long after the request was sent it began, by the hypervisor's own record of the
 * beginning; null: there is no record. Where the request was held up, that record is what counts, and the figure says so.
 */
export function whenRequested(
  sentAtMs: number,
  lateMs: number | null,
): Pick<MigrationHandle, 'requestedAtMs' | 'provenance'> {
  return lateMs === null || lateMs <= LATEST_WORD_MS
    ? { requestedAtMs: sentAtMs, provenance: 'observed' }
    : { requestedAtMs: sentAtMs + lateMs, provenance: 'recovered' };
}

/**
 * When a migration ended. `lateMs` is how long after the end word of it came, by the hypervisor's own record of the end; null:
 * there is no record. Where word came late, that record is what counts, and the figure says so.
 */
export function whenEnded(heardAtMs: number, lateMs: number | null): Pick<MigrationEnd, 'finishedAtMs' | 'provenance'> {
  return lateMs === null || lateMs <= LATEST_WORD_MS
    ? { finishedAtMs: heardAtMs, provenance: 'observed' }
    : { finishedAtMs: heardAtMs - lateMs, provenance: 'recovered' };
}
