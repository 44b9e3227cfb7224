import type { MigrationRow } from '../../store/types';
import { actionOf, type LoggedStart } from './open-site';

/** One migration after another where hosts carry one at a time. Times UTC ms. */
export interface Handover {
  readonly before: MigrationRow;
  readonly after: MigrationRow;
  /** When the one before ended, by the data centre. */
  readonly endedAtMs: number;
  /** When the request of the one after reached the data centre. */
  readonly requestedAtMs: number;
  readonly waitMs: number;
}

/** Pairs of migrations of one campaign of which the second was due before the first ended, so that it waited for it. */
export function findHandovers(rows: readonly MigrationRow[], starts: readonly LoggedStart[]): readonly Handover[] {
  const begun = new Map(starts.map((start) => [actionOf(start), start.atMs]));
  const own = rows
    .filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover')
    .flatMap((row) => {
      const requestedAtMs = begun.get(row.action);
      return requestedAtMs === undefined ? [] : [{ row, requestedAtMs }];
    })
    .sort((a, b) => a.requestedAtMs - b.requestedAtMs);
  return own.flatMap(({ row: after, requestedAtMs }, index) => {
    const before = own[index - 1];
    const tookMs = before?.row.hypervisor_ms ?? null;
    if (before === undefined || tookMs === null) return [];
    const endedAtMs = before.requestedAtMs + tookMs;
    if (after.due === null || after.due > endedAtMs) return [];
    return [{ before: before.row, after, endedAtMs, requestedAtMs, waitMs: requestedAtMs - endedAtMs }];
  });
}
