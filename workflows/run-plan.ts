import { ApplicationFailure, condition, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { ListedAction, SiteActivities } from '../activities';
import { ARM_LEAD_MS } from '../campaign/contract/timing';
import type { Action } from '../campaign/plan/plan';
import { nextStep, type Step } from '../campaign/plan/next-step';
import { STORE } from './activity-profiles';
import type { CampaignState } from './campaign-state';
import { renderDetails } from './current-details';
import { describeAction } from './describe-action';
import { hasLongHistory } from './long-history';
import { findLostMigrations, LOOK_FOR_LOST_EVERY } from './lost-migrations';
import { showAction, showTime } from '../campaign/contract/show-figures';
import { skipAction, startMigration } from './start-migration';

const WINDOW = 200;
/** A run may have 2,000 pending children; far fewer can wait for permits with any use. */
const MOST_RUNNING = 500;

/**
 * Carries out the plan from where the state is.
 * @returns false if the history is long enough for the workflow to continue as new; the state carries what runs
 */
export async function runPlan(state: CampaignState): Promise<boolean> {
  while (!state.stopping) {
    if (hasLongHistory()) return false;
    const listed = await nextAction(state);
    setCurrentDetails(renderDetails(state));
    const { action } = listed;
    const step = await untilItIsTime(state, action);
    if (step === null) continue;
    state.data.phase = 'running';
    if (action.kind === 'end') {
      const atMs = Date.now();
      state.data.endReached = { dueMs: step.dueMs, atMs };
      state.ended(action.id, atMs, 0);
      return true;
    }
    await take(state, listed, step);
    state.data.nextIndex += 1;
  }
  return true;
}

async function nextAction(state: CampaignState): Promise<ListedAction> {
  const known = state.next();
  if (known !== undefined) return known;
  const { directory, queues } = state.planned;
  const { listActions } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const from = state.data.nextIndex;
  const listed = await listActions.executeWithOptions({ summary: `actions from ${from}` }, [
    { directory, from, limit: WINDOW },
  ]);
  state.keepWindow(from, listed);
  const action = state.next();
  if (action === undefined) throw ApplicationFailure.nonRetryable(`the stored plan has no action at index ${from}`);
  return action;
}

/** Waits until an action is to be started or skipped. @returns null if the campaign is to stop or to continue as new first */
async function untilItIsTime(state: CampaignState, action: Action): Promise<Exclude<Step, { kind: 'wait' }> | null> {
  for (;;) {
    if (state.stopping || hasLongHistory()) return null;
    const step = decide(state, action);
    if (step.kind !== 'wait') return step;
    const changed = (): boolean => state.stopping || hasLongHistory() || !isSameWait(decide(state, action), step);
    if (step.untilMs === null) {
      const summary = 'waits for its migrations; asks now and then whether they still live';
      if (!(await condition(changed, LOOK_FOR_LOST_EVERY, { summary }))) await findLostMigrations(state);
    } else {
      const text = showAction({ actionId: action.id, kind: action.kind, text: describeAction(action) });
      const summary = `next: ${text}, due ${showTime(state.dueOf(action) ?? step.untilMs)}`;
      await condition(changed, Math.max(1, step.untilMs - Date.now()), { summary });
    }
  }
}

function decide(state: CampaignState, action: Action): Step {
  const { schedule, planned, data } = state;
  if (data.skips.includes(action.id)) return { kind: 'skip', dueMs: state.dueOf(action) ?? Date.now() };
  if (data.running.length >= MOST_RUNNING) return { kind: 'wait', untilMs: null };
  const permitPending = state.waiting.length > 0;
  const vmUnheard = action.kind === 'migrate' && state.isUnheard(action.vm);
  const { policy } = planned;
  return nextStep(action, { nowMs: Date.now(), schedule, permitPending, vmUnheard, policy, leadMs: ARM_LEAD_MS });
}

const isSameWait = (one: Step, other: Step): boolean =>
  one.kind === 'wait' && other.kind === 'wait' && one.untilMs === other.untilMs;

async function take(state: CampaignState, listed: ListedAction, step: Exclude<Step, { kind: 'wait' }>): Promise<void> {
  const { action, followers } = listed;
  const { dueMs } = step;
  if (step.kind === 'skip') {
    const asked = state.data.skips.includes(action.id);
    const reason = asked ? 'skipped on request' : 'its time had passed (whenLate: skip)';
    state.data.skips = state.data.skips.filter((id) => id !== action.id);
    await skipAction(state, action, { dueMs, followers, reason });
    return;
  }
  if (action.kind !== 'migrate') throw ApplicationFailure.nonRetryable(`${action.kind} was not refused by preflight`);
  if (step.shiftMs > 0) state.postpone(step.shiftMs);
  const { id: actionId, kind, vm, to } = action;
  await startMigration(state, { actionId, kind, vm, to, dueMs, followers }, action);
}
