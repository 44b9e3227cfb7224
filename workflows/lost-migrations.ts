import { getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import { migrationWorkflowId } from '../campaign/contract/ids';
import { MESSAGE, type HoldMigration } from '../campaign/contract/messages';
import { STORE } from './activity-profiles';
import type { CampaignState } from './campaign-state';
import { isGone } from './is-gone';
import { NOT_REQUESTED } from './migration-input';

/** How often migrations are asked whether they still live while nothing else can be done. */
export const LOOK_FOR_LOST_EVERY = '10 minutes';

const LOST = 'its workflow was terminated: what became of the migration is not known';

/**
 * Asks every migration whether it still lives, with a message that changes nothing. One that somebody terminated would
 * be waited for without end; it becomes a failed row.
 */
export async function findLostMigrations(state: CampaignState): Promise<void> {
  for (const { actionId, state: stage } of state.data.running) {
    // As it is told already: who is armed is not held.
    const hold: HoldMigration = { held: state.paused && stage === 'waiting' };
    const lives = await getExternalWorkflowHandle(migrationWorkflowId(state.key, actionId))
      .signal(MESSAGE.holdMigration, hold)
      .then(
        () => true,
        (error: unknown) => !isGone(error),
      );
    if (!lives) await recordLostMigration(state, actionId);
  }
}

/** Records a migration whose workflow ended without telling its result. */
export async function recordLostMigration(state: CampaignState, actionId: string): Promise<void> {
  const entry = state.data.running.find((running) => running.actionId === actionId);
  if (entry === undefined) return;
  const { kind, vm, to, startedDueMs: dueMs, dueMs: effectiveDueMs } = entry;
  const { directory, queues } = state.planned;
  const { recordMigration } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const result = { ...NOT_REQUESTED, outcome: 'failed', error: LOST } as const;
  const times = { originalDueMs: null, dueMs, effectiveDueMs };
  const ended = await recordMigration.executeWithOptions({ summary: `${vm}: lost` }, [
    { key: state.key, directory, actionId, kind, vm, from: null, to, ...times, result },
  ]);
  state.migrationEnded(ended, Date.now());
}
