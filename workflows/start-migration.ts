import { CancellationScope, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import { migrationWorkflowId } from '../campaign/contract/ids';
import type { CampaignState } from './campaign-state';
import type { Action } from '../campaign/plan/plan';
import { STORE } from './activity-profiles';
import { migration, NOT_REQUESTED, type MigrationInput } from './migration';

/** How long before its due time an action is armed: enough for a look at the VM and a warm connection. */
export const ARM_LEAD_MS = 5_000;

const PLACE_WITHIN_MS = 600_000;

/** What differs from one migration of a campaign to the next. */
type Step = Pick<MigrationInput, 'actionId' | 'kind' | 'vm' | 'to' | 'originalDueMs' | 'effectiveDueMs'>;

/** Starts the child for one migration; its result comes back by signal, also to a later run of the campaign. */
export async function startMigration(state: CampaignState, step: Step): Promise<void> {
  const { actionId, kind, vm, to } = step;
  const input = migrationInput(state, step);
  state.started({ actionId, vm, to, kind });
  // Ended by name, not by scope: a running migration must outlive both cancellation and continue-as-new of this run.
  await CancellationScope.nonCancellable(() =>
    startChild(migration, {
      workflowId: migrationWorkflowId(state.key, actionId),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${actionId}: ${kind} ${vm} to ${to}`,
    }),
  );
}

/** Records an action that came too late under `whenLate: skip`; it is never armed. */
export async function skipAction(state: CampaignState, action: Action, dueMs: number): Promise<void> {
  if (action.kind === 'migrate') {
    const { id: actionId, kind, vm, to } = action;
    const step = { actionId, kind, vm, to, originalDueMs: state.originalDueOf(action), effectiveDueMs: dueMs };
    const { recordMigration } = proxyActivities<SiteActivities>({
      ...STORE,
      taskQueue: state.planned.queues.activities,
    });
    const result = { ...NOT_REQUESTED, outcome: 'skipped', error: 'its time had passed (whenLate: skip)' } as const;
    await recordMigration.executeWithOptions({ summary: `${vm}: skipped` }, [
      { ...migrationInput(state, step), from: null, result },
    ]);
  }
  state.ended(action.id, Date.now());
}

function migrationInput(state: CampaignState, step: Step): MigrationInput {
  const { key, planned } = state;
  const { site, directory, queues, options, policy } = planned;
  const withinMs = step.kind === 'place' ? PLACE_WITHIN_MS : policy.lateToleranceMs;
  const notAfterMs = Math.max(step.effectiveDueMs, Date.now()) + withinMs;
  return { ...step, key, queues, site, directory, notAfterMs, options, deadlineMs: policy.deadlineMs };
}
