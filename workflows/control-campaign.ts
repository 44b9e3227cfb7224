import { ApplicationFailure, condition, proxyActivities } from '@temporalio/workflow';
import type { SiteActivities } from '../activities';
import { FAILURE } from '../campaign/contract/failures';
import type { ActionInput, ActionsInput, UpcomingAction } from '../campaign/contract/messages';
import { ARM_LEAD_MS } from '../campaign/contract/timing';
import { STORE } from './activity-profiles';
import type { CampaignState } from './campaign-state';
import { dropWaiting, holdWaiting, startMigration } from './start-migration';

const MOST_LISTED = 200;
const LONGEST_ID = 80;
const RETRIABLE = ['failed', 'cancelled', 'not-converged', 'missed', 'skipped'];

/** Stops the plan's clock; migrations that are not armed yet wait too. @returns what that means, for people */
export async function pause(state: CampaignState): Promise<string> {
  const answer = state.pause(Date.now());
  await holdWaiting(state, true);
  return answer;
}

/** Lets the plan's clock run again. */
export async function resume(state: CampaignState): Promise<string> {
  const answer = state.resume(Date.now());
  await holdWaiting(state, false);
  return answer;
}

/** Ends the campaign early; what was not armed yet gives up, what runs is cancelled only by `cancel`. */
export function stop(state: CampaignState, how: 'abort' | 'cancel'): string {
  return state.stop(how);
}

/** Leaves an action out that is not armed yet. @throws ApplicationFailure if it is armed, over or unknown */
export async function skip(state: CampaignState, actionId: string): Promise<string> {
  const running = state.data.running.find((entry) => entry.actionId === actionId);
  if (running !== undefined) return skipStarted(state, actionId);
  if (state.data.skips.includes(actionId)) return `${actionId} is skipped already`;
  const { index, action } = await find(state, actionId);
  if (action.kind === 'end') throw refused('the end cannot be skipped: abort ends the campaign now');
  // It may have been started while it was looked up.
  if (state.data.running.some((entry) => entry.actionId === actionId)) return skipStarted(state, actionId);
  if (index < state.data.nextIndex) throw refused(`${actionId} is over`);
  state.data.skips.push(actionId);
  return `${actionId} will be skipped`;
}

async function skipStarted(state: CampaignState, actionId: string): Promise<string> {
  const entry = () => state.data.running.find((running) => running.actionId === actionId);
  if (entry()?.state === 'waiting') await dropWaiting(state, 'skipped on request', actionId);
  await condition(() => entry()?.state !== 'waiting');
  if (entry() !== undefined) throw refused(`${actionId} is already armed; cancel ends running migrations`);
  const ended = state.data.last.find((last) => last.actionId === actionId);
  if (ended?.outcome !== 'skipped') throw refused(`${actionId} is over: ${ended?.outcome ?? 'it was started'}`);
  return `${actionId} was skipped`;
}

/** Starts a new intent for a migration that ended without success. @throws ApplicationFailure if there is nothing to retry */
export async function retry(state: CampaignState, actionId: string): Promise<string> {
  const { action } = await find(state, actionId);
  if (action.kind !== 'migrate') throw refused(`${actionId} is no migration`);
  if (isEnding(state)) throw refused('the campaign is ending');
  const busy = state.data.running.find(({ actionId: id }) => id === actionId || id.startsWith(`${actionId}.`));
  if (busy !== undefined)
    throw refused(`${busy.actionId} is ${busy.state === 'armed' ? 'armed or running' : 'waiting'}`);
  const ended = state.data.last.findLast(({ actionId: id }) => id === actionId || id.startsWith(`${actionId}.`));
  if (ended === undefined) throw refused(`${actionId} is not among the last migrations that ended`);
  if (!RETRIABLE.includes(ended.outcome)) throw refused(`${ended.actionId} ended as ${ended.outcome}`);
  const { vm, to } = action;
  const retryId = state.retryId(actionId);
  const dueMs = Date.now() + ARM_LEAD_MS;
  await startMigration(state, { actionId: retryId, kind: 'migrate', vm, to, dueMs, followers: 0 }, null);
  // It may have been told to stop before there was anybody to drop.
  if (isEnding(state)) await dropWaiting(state, 'the campaign was ended before it was armed', retryId);
  return `${retryId}: ${vm} to ${to}, due ${new Date(dueMs).toISOString()}`;
}

/** What is still to come, as far as the fetched part of the plan goes. */
export function upcomingActions(
  state: CampaignState,
  { from = 0, limit = MOST_LISTED }: ActionsInput = {},
): UpcomingAction[] {
  const wanted = state.upcoming().slice(from, from + Math.min(limit, MOST_LISTED));
  return wanted.map(({ action }) => ({
    action,
    originalDueMs: state.originalDueOf(action),
    effectiveDueMs: state.dueOf(action),
    skipped: state.data.skips.includes(action.id),
  }));
}

/** Refuses an update that names no action. @throws ApplicationFailure */
export function requireAction(input: ActionInput): void {
  const action = (input as Partial<ActionInput> | undefined)?.action;
  if (typeof action !== 'string' || action === '' || action.length > LONGEST_ID) {
    throw refused('an action is needed, such as {"action": "a00003"}');
  }
}

function isEnding({ stopping, data: { phase } }: CampaignState): boolean {
  return stopping || phase === 'finishing' || phase === 'done';
}

async function find(state: CampaignState, actionId: string) {
  const { directory, queues } = state.planned;
  const { findAction } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const found = await findAction.executeWithOptions({ summary: `look up ${actionId}` }, [{ directory, actionId }]);
  if (found === null)
    throw ApplicationFailure.nonRetryable(`the plan has no action ${actionId}`, FAILURE.unknownAction);
  return found;
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Refused');
}
