import type { MigrationEnd } from './types';

/**
 * Word of an end is observed if it came this soon after it: what is later was held up on its way, or by a worker that stood
 * still. On a busy machine one look at another's clock tells no better.
 */
const LATEST_WORD_MS = 1_000;

/**
 * When a migration ended. `lateMs` is how long after the end word of it came, by the hypervisor's own record of the end; null:
 * there is no record. Where word came late, that record is what counts, and the figure says so.
 */
export function whenEnded(heardAtMs: number, lateMs: number | null): Pick<MigrationEnd, 'finishedAtMs' | 'provenance'> {
  return lateMs === null || lateMs <= LATEST_WORD_MS
    ? { finishedAtMs: heardAtMs, provenance: 'observed' }
    : { finishedAtMs: heardAtMs - lateMs, provenance: 'recovered' };
}
