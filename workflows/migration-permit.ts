import { CancellationScope, condition, getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import { migrationWorkflowId } from '../campaign/contract/ids';
import { PERMIT_MESSAGE, permitsWorkflowId } from '../campaign/contract/permits';
import { LOST_AFTER_MS } from '../campaign/plan/silent-hosts';
import { SITE } from './activity-profiles';
import type { MigrationInput } from './migration-input';
import type { MigrationState } from './migration-state';

/** The permits workflow may have been terminated by someone and started anew: a waiter asks again, which is harmless. */
const ASK_EVERY_MS = 300_000;

/** What a permit is asked for. */
export interface PermitNeed {
  readonly requestId: string;
  readonly from: string;
  /** When to stop waiting, UTC ms; null: never. */
  readonly patienceUntilMs: number | null;
}

/** Asks for a permit and waits until it comes, the patience ends, a host counts as lost or the migration is dropped. */
export async function requestPermitUntilGranted(
  input: MigrationInput,
  state: MigrationState,
  { requestId, from, patienceUntilMs }: PermitNeed,
): Promise<'decided' | 'patience ended' | 'host lost'> {
  const { key, queues, site, actionId, vm, to, migrationsPerHost } = input;
  const { requestPermit } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
  const holder = migrationWorkflowId(key, actionId);
  const decided = (): boolean => state.permitAtMs !== null || state.dropped !== null;
  const request = {
    requestId,
    holder,
    campaignId: key.campaignId,
    actionId,
    vm,
    from,
    to,
    atMs: Date.now(),
    limitPerHost: migrationsPerHost,
  };
  for (let silentMs = 0; ;) {
    await requestPermit.executeWithOptions({ summary: `permit for ${vm}: ${from} to ${to}` }, [{ site, request }]);
    const patienceMs = patienceUntilMs === null ? ASK_EVERY_MS : Math.min(patienceUntilMs - Date.now(), ASK_EVERY_MS);
    const came = await condition(decided, Math.max(1, patienceMs), {
      summary: `wait for a permit on ${from} and ${to}`,
    });
    if (came) return 'decided';
    if (patienceUntilMs !== null && Date.now() >= patienceUntilMs) return 'patience ended';
    // Rounds, not the clock: of an hour without a worker or server one round counts. Who paused the campaign mends it.
    silentMs = state.hostSilent && !state.held ? silentMs + ASK_EVERY_MS : 0;
    if (silentMs >= LOST_AFTER_MS) return 'host lost';
  }
}

/**
 * Gives a permit back, or takes its request back: the migration is over by the hypervisor's evidence, or was never
 * submitted. A permits workflow that does not run knows of no request either.
 */
export async function returnPermit({ site }: MigrationInput, requestId: string): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    getExternalWorkflowHandle(permitsWorkflowId(site)).signal(PERMIT_MESSAGE.releasePermit, { requestId }),
  ).catch(() => undefined);
}
