import { ApplicationFailure, condition, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import type { Action } from '../campaign/plan/plan';
import { decideLate, postponeAll } from '../campaign/plan/schedule';
import { STORE } from './activity-profiles';
import { describeAction, type CampaignState } from './campaign-state';
import { renderDetails } from './current-details';
import { ARM_LEAD_MS, skipAction, startMigration } from './start-migration';

const WINDOW = 200;

/**
 * Carries out the plan from where the state is.
 * @returns false if the history is long enough for the workflow to continue as new, with nothing armed or running left out of the state
 */
export async function runPlan(state: CampaignState): Promise<boolean> {
  while (!state.stopping) {
    if (workflowInfo().continueAsNewSuggested) return false;
    const action = await nextAction(state);
    setCurrentDetails(renderDetails(state));
    const dueMs = await waitUntilArming(state, action);
    if (dueMs === null) break;
    state.data.phase = 'running';
    if (action.kind === 'end') {
      await condition(() => state.stopping || Date.now() >= dueMs, Math.max(1, dueMs - Date.now()), { summary: 'end' });
      state.ended(action.id, Date.now());
      return true;
    }
    await start(state, action, dueMs);
    state.data.nextIndex += 1;
  }
  return true;
}

async function nextAction(state: CampaignState): Promise<Action> {
  const known = state.next();
  if (known !== undefined) return known;
  const { directory, queues } = state.planned;
  const { listActions } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const from = state.data.nextIndex;
  state.keepWindow(
    from,
    await listActions.executeWithOptions({ summary: `actions from ${String(from)}` }, [
      { directory, from, limit: WINDOW },
    ]),
  );
  const action = state.next();
  if (action === undefined)
    throw ApplicationFailure.nonRetryable(`the stored plan has no action at index ${String(from)}`);
  return action;
}

/** Waits until an action is to be armed. @returns its effective due time, or null if the campaign is to stop */
async function waitUntilArming(state: CampaignState, action: Action): Promise<number | null> {
  const leadMs = action.kind === 'end' ? 0 : ARM_LEAD_MS;
  for (;;) {
    await condition(() => state.stopping || (state.data.pausedAtMs === null && state.dueOf(action) !== null));
    if (state.stopping) return null;
    const dueMs = state.dueOf(action);
    if (dueMs === null) continue;
    const waitMs = dueMs - leadMs - Date.now();
    if (waitMs <= 0) return dueMs;
    const changed = () => state.stopping || state.data.pausedAtMs !== null || state.dueOf(action) !== dueMs;
    await condition(changed, waitMs, { summary: `${action.id} ${action.kind} ${describeAction(action)}` });
  }
}

async function start(state: CampaignState, action: Action, dueMs: number): Promise<void> {
  const { whenLate, lateToleranceMs } = state.planned.policy;
  const decision = decideLate(dueMs, Date.now(), whenLate, lateToleranceMs, ARM_LEAD_MS);
  if (decision.kind === 'skip') {
    await skipAction(state, action, dueMs);
    return;
  }
  if (action.kind !== 'migrate') throw ApplicationFailure.nonRetryable(`${action.kind} was not refused by preflight`);
  state.data.schedule = postponeAll(state.schedule, decision.shiftMs);
  const { id: actionId, kind, vm, to } = action;
  const effectiveDueMs = dueMs + decision.shiftMs;
  await startMigration(state, { actionId, kind, vm, to, originalDueMs: state.originalDueOf(action), effectiveDueMs });
}
