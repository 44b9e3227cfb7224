import { isPermittedBy, type ForeignMigration, type PermitRequest } from './permit-queue';

/** What a watcher must not forget from one look to the next; plain JSON. */
export interface WatchMemory {
  /** Requests whose migration the hypervisor has shown. */
  readonly seen: readonly string[];
  /** When each holder was first found closed, UTC ms, by request id. */
  readonly closedSinceMs: Readonly<Record<string, number>>;
}

/** What a look says of the permits. */
export interface PermitJudgement {
  readonly memory: WatchMemory;
  /** Permits to return: nobody is left who would. */
  readonly lost: readonly string[];
  readonly foreign: readonly ForeignMigration[];
}

/**
 * How long after its workflow closed an armed activity may still submit: its heartbeat timeout. By then an attempt that
 * is alive has heard that it is not wanted, and one that was frozen is past its `notAfter`.
 */
export const LAST_SUBMISSION_MS = 45_000;

/**
 * Judges permits by what was seen: first the hypervisor was asked what runs, then Temporal which holders are closed. A
 * permit is lost once its holder is closed and its migration is over, or cannot begin any more.
 */
export function judgePermits(
  memory: WatchMemory,
  holders: readonly PermitRequest[],
  running: readonly ForeignMigration[],
  closed: ReadonlySet<string>,
  nowMs: number,
): PermitJudgement {
  const isRunning = (holder: PermitRequest): boolean => running.some((migration) => isPermittedBy(migration, holder));
  const seen = holders.filter((holder) => memory.seen.includes(holder.requestId) || isRunning(holder));
  const closedSinceMs = Object.fromEntries(
    holders
      .filter(({ holder }) => closed.has(holder))
      .map(({ requestId }) => [requestId, memory.closedSinceMs[requestId] ?? nowMs]),
  );
  const isLost = (holder: PermitRequest): boolean => {
    const sinceMs = closedSinceMs[holder.requestId];
    if (sinceMs === undefined || isRunning(holder)) return false;
    return seen.includes(holder) || nowMs - sinceMs > LAST_SUBMISSION_MS;
  };
  return {
    memory: { seen: seen.map(({ requestId }) => requestId), closedSinceMs },
    lost: holders.filter(isLost).map(({ requestId }) => requestId),
    foreign: running.filter((migration) => !holders.some((holder) => isPermittedBy(migration, holder))),
  };
}
