import {
  CancellationScope,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  startChild,
} from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import { migrationWorkflowId } from '../campaign/contract/ids';
import { MESSAGE, type DropMigration, type HoldMigration, type MigrationEnded } from '../campaign/contract/messages';
import type { Action } from '../campaign/plan/plan';
import { STORE } from './activity-profiles';
import type { CampaignState, Starting } from './campaign-state';
import { recordLostMigration } from './lost-migrations';
import { migration } from './migration';
import { NOT_REQUESTED, type MigrationInput } from './migration-input';
import { showTime } from '../campaign/contract/show-figures';

/** Placement has no time to keep: it waits for its permit, goes on after an outage, and may take as long as it takes. */
const PLACEMENT = { whenBusy: 'postpone-one', whenLate: 'run-now', deadlineMs: null } as const;

/** Starts the child for one migration; its result comes back by signal, also to a later run of the campaign. */
export async function startMigration(state: CampaignState, step: Starting, action: Action | null): Promise<void> {
  const { actionId, kind, vm, to } = step;
  const { key, planned } = state;
  const { site, directory, queues, options, policy, migrationsPerHost } = planned;
  const originalDueMs = action === null ? null : state.originalDueOf(action);
  const input: MigrationInput = {
    ...{ key, queues, site, directory, actionId, kind, vm, to, originalDueMs, options, migrationsPerHost },
    dueMs: step.dueMs,
    policy: kind === 'place' ? { ...policy, ...PLACEMENT } : policy,
  };
  state.started(step, action);
  // Ended by name, not by scope: a running migration must outlive both cancellation and continue-as-new of this run.
  const child = await CancellationScope.nonCancellable(() =>
    startChild(migration, {
      workflowId: migrationWorkflowId(key, actionId),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${actionId}: ${kind} ${vm} to ${to}, due ${showTime(step.dueMs)}`,
    }),
  );
  // Its result comes by signal too, also to a later run; without one somebody terminated it.
  void CancellationScope.nonCancellable(() => child.result()).then(
    (ended) => noteMigrationEnded(state, ended),
    () => recordLostMigration(state, actionId),
  );
}

/** Takes a result in, however often it comes; a policy may pause the campaign for it. */
export async function noteMigrationEnded(state: CampaignState, ended: MigrationEnded): Promise<void> {
  const wasPaused = state.paused;
  state.migrationEnded(ended, Date.now());
  if (state.paused && !wasPaused) await holdWaiting(state, true);
}

/** Records an action that is never started, and why. */
export async function skipAction(
  state: CampaignState,
  action: Action,
  { dueMs, followers, reason }: { dueMs: number; followers: number; reason: string },
): Promise<void> {
  if (action.kind === 'migrate') {
    const { id: actionId, kind, vm, to } = action;
    const { directory, queues } = state.planned;
    const { recordMigration } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
    const result = { ...NOT_REQUESTED, outcome: 'skipped', error: reason } as const;
    const originalDueMs = state.originalDueOf(action);
    const times = { originalDueMs, dueMs, effectiveDueMs: dueMs };
    const ended = await recordMigration.executeWithOptions({ summary: `${vm}: skipped` }, [
      { key: state.key, directory, actionId, kind, vm, from: null, to, ...times, result },
    ]);
    state.show(ended);
  }
  state.ended(action.id, Date.now(), followers);
}

/** Tells every migration that is not armed yet whether the campaign is paused. */
export async function holdWaiting(state: CampaignState, held: boolean): Promise<void> {
  await tellWaiting(state, MESSAGE.holdMigration, { held });
}

/** Tells migrations that are not armed yet to give up: all of them, or one. */
export async function dropWaiting(state: CampaignState, reason: string, actionId?: string): Promise<void> {
  await tellWaiting(state, MESSAGE.dropMigration, { reason }, actionId);
}

async function tellWaiting(
  state: CampaignState,
  signal: string,
  payload: HoldMigration | DropMigration,
  only?: string,
): Promise<void> {
  const waiting = state.waiting.filter(({ actionId }) => only === undefined || actionId === only);
  await Promise.all(
    waiting.map(({ actionId }) =>
      getExternalWorkflowHandle(migrationWorkflowId(state.key, actionId))
        .signal(signal, payload)
        .catch(() => undefined),
    ),
  );
}
