import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { WatchedPermits } from '../campaign/contract/permits';
import { judgePermits, type SiteAnswer, type WatchMemory } from '../campaign/plan/judge-permits';
import type { Hypervisor } from '../hypervisors/types';
import type { Dependencies } from './dependencies';
import { isHypervisorError } from './hypervisor-failure';

/** Whose permits are to be watched. */
export interface WatchPermitsInput {
  readonly site: string;
}

const LOOK_EVERY_MS = 2_000;
const HEARTBEAT_EVERY_MS = 2_000;
/** So long after the last permit it still watches: in a busy campaign the next one comes sooner than a new activity starts. */
const IDLE_MS = 10_000;

/**
 * Watches a site for as long as anybody holds or wants a permit: which migrations run without one, and which holders are
 * gone. It asks the permits workflow who holds (a query leaves no trace in history) and signals only what changes. A host that
 * cannot be asked keeps only the permits waiting that are for it.
 */
export function createWatchPermits(dependencies: Dependencies) {
  const { sites, workflows, clock } = dependencies;

  return async function watchPermits({ site }: WatchPermitsInput): Promise<void> {
    const context = Context.current();
    const signal = context.cancellationSignal;
    let memory = restoreMemory(context.info.heartbeatDetails);
    const beat = setInterval(() => context.heartbeat(memory), HEARTBEAT_EVERY_MS);
    try {
      const { hypervisor, migrationsPerHost } = await sites.connect(site);
      let wantedAtMs = clock.nowMs();
      for (;;) {
        const permits = await workflows.watchedPermits(site);
        if (permits === null) return;
        const nowMs = clock.nowMs();
        if (permits.holders.length > 0 || permits.waitingCount > 0) {
          wantedAtMs = nowMs;
          const answer = await askHypervisor(hypervisor, nowMs);
          const closed = await closedHolders(permits, answer);
          const judgement = judgePermits(memory, permits, answer, closed, clock.nowMs());
          memory = judgement.memory;
          for (const requestId of judgement.lost) await workflows.reportLostPermit(site, { requestId });
          const { unasked } = answer;
          const look = { foreign: judgement.foreign, unasked, limitPerHost: migrationsPerHost, atMs: nowMs };
          if (differs(permits, look)) await workflows.reportForeignMigrations(site, look);
        } else if (nowMs - wantedAtMs > IDLE_MS) return;
        context.heartbeat(memory);
        await clock.sleepUntil(nowMs + LOOK_EVERY_MS, signal);
        signal.throwIfAborted();
      }
    } catch (error) {
      throw signal.aborted ? error : asRetryable(error);
    } finally {
      clearInterval(beat);
    }
  };

  /** Of the holders whose migration does not run, those whose workflow is closed; of all others it does not matter yet. */
  async function closedHolders({ holders }: WatchedPermits, { running }: SiteAnswer): Promise<ReadonlySet<string>> {
    const idle = holders.filter(({ vm }) => !running.some((migration) => migration.vm === vm));
    const closed = await Promise.all(
      idle.map(async ({ holder }) => ((await workflows.isClosed(holder)) ? [holder] : [])),
    );
    return new Set(closed.flat());
  }
}

async function askHypervisor(hypervisor: Hypervisor, askedAtMs: number): Promise<SiteAnswer> {
  const unasked: string[] = [];
  const running = await hypervisor.runningMigrations((host) => void unasked.push(host));
  return { askedAtMs, running, unasked: unasked.sort() };
}

type Looked = Pick<WatchedPermits, 'foreign' | 'unasked' | 'limitPerHost'>;

function differs(permits: WatchedPermits, look: Looked): boolean {
  const key = ({ foreign, unasked }: Looked): string => {
    const migrations = foreign.map(({ vm, from, to }) => JSON.stringify([vm, from, to]));
    return JSON.stringify([migrations.sort(), unasked]);
  };
  return permits.lookedAtMs === null || permits.limitPerHost !== look.limitPerHost || key(permits) !== key(look);
}

function restoreMemory(details: unknown): WatchMemory {
  return typeof details === 'object' && details !== null && 'seen' in details && 'closedSinceMs' in details
    ? (details as WatchMemory)
    : { seen: [], closedSinceMs: {} };
}

/** Permits must be watched again as soon as the site answers, so not even a refusal ends the retries. */
function asRetryable(error: unknown): Error {
  if (!isHypervisorError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code, message, hint } = error;
  return ApplicationFailure.create({ type: code, message: `${message} (${hint})`, cause: error, nonRetryable: false });
}
