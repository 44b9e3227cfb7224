import { isPermittedBy, type ForeignMigration, type PermitRequest } from './permit-queue';
import { followSilence, NO_SILENCE, type SilentHosts } from './silent-hosts';

/** What the hypervisor answered. */
export interface SiteAnswer {
  /** When it was asked, UTC ms. */
  readonly askedAtMs: number;
  readonly running: readonly ForeignMigration[];
  /** Hosts that could not be asked: what starts from them is not in `running`, and may run all the same. */
  readonly unasked: readonly string[];
}

/** Who holds a permit, and what ran without one when last seen. */
export interface JudgedPermits {
  readonly holders: readonly PermitRequest[];
  readonly foreign: readonly ForeignMigration[];
}

/** What a watcher must not forget from one look to the next; plain JSON. */
export interface WatchMemory {
  /** Requests whose migration the hypervisor has shown. */
  readonly seen: readonly string[];
  /** When each holder was first found closed, UTC ms, by request id. */
  readonly closedSinceMs: Readonly<Record<string, number>>;
  /** Hosts that could not be asked; absent: none. */
  readonly silent?: SilentHosts;
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
 * Judges permits by what was seen: first the hypervisor was asked what runs, then Temporal which holders are closed, at
 * `nowMs`. A permit is lost once its holder is closed and its migration is over, or cannot begin any more; the missing answer
 * of its source is no evidence of either, and what others had running from such a host counts as still running, until that
 * host is given up for lost.
 */
export function judgePermits(
  memory: WatchMemory,
  { holders, foreign }: JudgedPermits,
  { askedAtMs, running, unasked }: SiteAnswer,
  closed: ReadonlySet<string>,
  nowMs: number,
): PermitJudgement {
  const { silent, lost } = followSilence(memory.silent ?? NO_SILENCE, unasked, askedAtMs);
  const awaited = unasked.filter((host) => !lost.includes(host));
  const isRunning = (holder: PermitRequest): boolean => running.some((migration) => isPermittedBy(migration, holder));
  const seen = holders.filter((holder) => memory.seen.includes(holder.requestId) || isRunning(holder));
  const closedSinceMs = Object.fromEntries(
    holders
      .filter(({ holder }) => closed.has(holder))
      .map(({ requestId }) => [requestId, memory.closedSinceMs[requestId] ?? nowMs]),
  );
  const isLost = (holder: PermitRequest): boolean => {
    const sinceMs = closedSinceMs[holder.requestId];
    if (sinceMs === undefined || isRunning(holder) || awaited.includes(holder.from)) return false;
    return seen.includes(holder) || askedAtMs - sinceMs > LAST_SUBMISSION_MS;
  };
  const hidden = foreign.filter(({ vm, from }) => awaited.includes(from) && !running.some((each) => each.vm === vm));
  return {
    memory: { seen: seen.map(({ requestId }) => requestId), closedSinceMs, silent },
    lost: holders.filter(isLost).map(({ requestId }) => requestId),
    foreign: [...running, ...hidden].filter((migration) => !holders.some((holder) => isPermittedBy(migration, holder))),
  };
}
