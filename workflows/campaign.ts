import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { FAILURE } from '../campaign/contract/failures';
import { measurementWorkflowId, migrationWorkflowId } from '../campaign/contract/ids';
import {
  MESSAGE,
  type ActionInput,
  type ActionsInput,
  type MigrationArmed,
  type MigrationEnded,
  type MigrationWaits,
  type Progress,
  type UpcomingAction,
} from '../campaign/contract/messages';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';
import type { FinishedCampaign, PlannedCampaign, PlanningActivities, SiteActivities } from '../activities';
import { FINISH, PLANNING, SITE } from './activity-profiles';
import { CampaignState, type CampaignData } from './campaign-state';
import { pause, requireAction, resume, retry, skip, stop, upcomingActions } from './control-campaign';
import { renderDetails } from './current-details';
import { findLostMigrations, LOOK_FOR_LOST_EVERY } from './lost-migrations';
import { measurementAcknowledgedSignal, stopMeasurementSignal, type MeasurementEnded } from './measurement';
import { migrationAcknowledgedSignal } from './migration';
import { runPlan } from './run-plan';
import { hasLongHistory } from './long-history';
import { dropWaiting, noteMigrationEnded } from './start-migration';
import { placeVms, startMeasuring } from './start-campaign';

/** How a campaign ended. */
export interface CampaignResult extends FinishedCampaign {
  readonly outcome: 'completed' | 'aborted' | 'cancelled' | 'failed';
  readonly directory: string;
  readonly failure: string | null;
}

export const getProgressQuery = defineQuery<Progress>(MESSAGE.progress);
export const getPlanQuery = defineQuery<PlannedCampaign | null>(MESSAGE.plan);
export const getActionsQuery = defineQuery<readonly UpcomingAction[], [ActionsInput?]>(MESSAGE.actions);
export const pauseUpdate = defineUpdate<string>(MESSAGE.pause);
export const resumeUpdate = defineUpdate<string>(MESSAGE.resume);
export const skipUpdate = defineUpdate<string, [ActionInput]>(MESSAGE.skip);
export const retryUpdate = defineUpdate<string, [ActionInput]>(MESSAGE.retry);
export const abortUpdate = defineUpdate<string>(MESSAGE.abort);
export const cancelUpdate = defineUpdate<string>(MESSAGE.cancel);
export const migrationWaitsSignal = defineSignal<[MigrationWaits]>(MESSAGE.migrationWaits);
export const migrationArmedSignal = defineSignal<[MigrationArmed]>(MESSAGE.migrationArmed);
export const migrationEndedSignal = defineSignal<[MigrationEnded]>(MESSAGE.migrationEnded);
export const measurementEndedSignal = defineSignal<[MeasurementEnded]>(MESSAGE.measurementEnded);

/**
 * One experiment from spec to report. `spec` is the user's raw JSON: it is validated by the first activity, never here.
 * @throws ApplicationFailure InvalidSpec or PreflightFailed with every problem, before anything was touched
 */
export async function campaign(spec: unknown, carried?: CampaignData): Promise<CampaignResult> {
  const { workflowId: campaignId, firstExecutionRunId: firstRunId } = workflowInfo();
  const state = new CampaignState({ campaignId, firstRunId }, carried);
  handleMessages(state);
  // While the campaign finishes nothing else notices it.
  void CancellationScope.current().cancelRequested.catch(() => state.stop('cancel'));

  try {
    if (carried === undefined) {
      await planAndCheck(spec, state);
      if (!state.stopping) await startMeasuring(state);
    }
    if (state.data.phase !== 'finishing') {
      const whole = (await placeVms(state)) && (await runPlan(state));
      if (!whole) return await goOnAsNew(state);
    }
  } catch (error) {
    if (isCancellation(error)) state.stop('cancel');
    else if (error instanceof ActivityFailure || error instanceof ApplicationFailure)
      state.data.failure = noteFailure(error, state);
    else throw error;
  }
  return CancellationScope.nonCancellable(() => finish(state));
}

/** The spec has been made into a plan: of what a later run needs it is no part. */
async function goOnAsNew(state: CampaignState): Promise<never> {
  await condition(allHandlersFinished);
  return await continueAsNew<typeof campaign>(null, state.data);
}

function handleMessages(state: CampaignState): void {
  handleQueries(state);
  handleUpdates(state);
  handleChildren(state);
}

function handleQueries(state: CampaignState): void {
  setHandler(getProgressQuery, () => state.progress(), {
    description: 'Where the campaign is: phase, counts, what runs, what comes next.',
  });
  setHandler(getPlanQuery, () => state.data.planned, {
    description: 'The plan: its hash, size, policy and where it is stored.',
  });
  setHandler(getActionsQuery, (input) => upcomingActions(state, input), {
    description: 'The next actions and when they are due; {from, limit} counts from the next one.',
  });
}

function handleUpdates(state: CampaignState): void {
  setHandler(pauseUpdate, () => pause(state), {
    description: 'Arm nothing more until resume; everything later moves by the length of the pause.',
  });
  setHandler(resumeUpdate, () => resume(state), { description: 'Go on after a pause.' });
  setHandler(skipUpdate, ({ action }) => skip(state, action), {
    description: 'Leave out an action that is not armed yet: {"action": "a00003"}.',
    validator: requireAction,
  });
  setHandler(retryUpdate, ({ action }) => retry(state, action), {
    description: 'Try a migration that ended without success once more, at once: {"action": "a00003"}.',
    validator: requireAction,
  });
  setHandler(abortUpdate, () => stop(state, 'abort'), {
    description: 'Start nothing more, let running migrations end, clean up and report.',
  });
  setHandler(cancelUpdate, () => stop(state, 'cancel'), {
    description: 'Start nothing more, cancel running migrations, clean up and report.',
  });
}

function handleChildren(state: CampaignState): void {
  const show = (): void => setCurrentDetails(renderDetails(state));
  setHandler(
    migrationWaitsSignal,
    (waits) => {
      state.migrationWaits(waits);
      show();
    },
    { description: 'Why a migration of this campaign waits for its permit.' },
  );
  setHandler(
    migrationArmedSignal,
    (armed) => {
      state.migrationArmed(armed);
      show();
    },
    { description: 'A migration of this campaign has its permit and fires at its due time.' },
  );
  setHandler(
    migrationEndedSignal,
    async (ended) => {
      await noteMigrationEnded(state, ended);
      show();
      await getExternalWorkflowHandle(migrationWorkflowId(state.key, ended.actionId))
        .signal(migrationAcknowledgedSignal)
        .catch(() => undefined);
    },
    { description: 'A migration of this campaign ended.' },
  );
  setHandler(
    measurementEndedSignal,
    async ({ failure }) => {
      state.data.measuring = false;
      if (failure !== null) state.data.failure ??= `the measurement could not be collected: ${failure}`;
      await getExternalWorkflowHandle(measurementWorkflowId(state.key))
        .signal(measurementAcknowledgedSignal)
        .catch(() => undefined);
    },
    { description: 'Everything measured is stored.' },
  );
}

async function planAndCheck(spec: unknown, state: CampaignState): Promise<void> {
  const { planCampaign } = proxyActivities<PlanningActivities>({ ...PLANNING, taskQueue: WORKFLOW_QUEUE });
  try {
    const { campaignId, firstRunId } = state.key;
    const runId = workflowInfo().runId;
    state.data.planned = await planCampaign.executeWithOptions({ summary: 'validate the spec, make the plan' }, [
      { spec, campaignId, firstRunId, runId },
    ]);
    state.data.phase = 'preflight';
    setCurrentDetails(renderDetails(state));
    const { site, directory, queues } = state.planned;
    const { preflight } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
    await preflight.executeWithOptions({ summary: `is ${site} ready for this plan?` }, [{ site, directory }]);
  } catch (error) {
    // Nothing was touched yet: the bare failure is what the user must read first.
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
      throw ApplicationFailure.create({ ...pick(error.cause), nonRetryable: true });
    }
    throw error;
  }
}

function pick(failure: ApplicationFailure): { message: string; type: string; details: unknown[] } {
  return { message: failure.message, type: failure.type ?? 'Error', details: failure.details ?? [] };
}

function noteFailure(error: ActivityFailure | ApplicationFailure, state: CampaignState): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const early =
    cause instanceof ApplicationFailure &&
    (cause.type === FAILURE.invalidSpec || cause.type === FAILURE.preflightFailed);
  if (early || state.data.planned === null) throw error;
  return cause instanceof Error ? cause.message : error.message;
}

/**
 * Waits until nothing runs any more. At the plan's own end what still waits for its permit is waited for, unless the
 * campaign is told to stop meanwhile.
 * @returns false if the campaign is to continue as new first
 */
async function waitForRunning(state: CampaignState): Promise<boolean> {
  const { data } = state;
  const whatFor = { summary: 'waits for the migrations that still run' };
  for (;;) {
    const { stop, failure } = data;
    if (stop === 'cancel') await cancelRunning(state);
    else if (state.stopping) await dropWaiting(state, failure ?? 'the campaign was ended before it was armed');
    const over = (): boolean => data.running.length === 0;
    const changed = (): boolean => over() || hasLongHistory() || data.stop !== stop || data.failure !== failure;
    while (!(await condition(changed, LOOK_FOR_LOST_EVERY, whatFor))) await findLostMigrations(state);
    if (over()) return true;
    if (hasLongHistory()) return false;
  }
}

/** Somebody terminated it: what it had not collected yet is gone with the agents. */
function measurementLost({ data }: CampaignState): void {
  data.measuring = false;
  data.failure ??= 'its measurement was terminated: what had not been collected is missing';
}

function outcomeOf(stop: CampaignData['stop']): 'completed' | 'aborted' | 'cancelled' {
  if (stop === 'cancel') return 'cancelled';
  return stop === null ? 'completed' : 'aborted';
}

async function cancelRunning(state: CampaignState): Promise<void> {
  for (const { actionId } of state.data.running) {
    await getExternalWorkflowHandle(migrationWorkflowId(state.key, actionId))
      .cancel()
      .catch(() => undefined);
  }
}

async function finish(state: CampaignState): Promise<CampaignResult> {
  const { data, planned } = state;
  const { directory, site, queues } = planned;
  data.phase = 'finishing';
  setCurrentDetails(renderDetails(state));
  if (!(await waitForRunning(state))) return goOnAsNew(state);
  while (data.measuring) {
    await getExternalWorkflowHandle(measurementWorkflowId(state.key))
      .signal(stopMeasurementSignal)
      .catch(() => measurementLost(state));
    await condition(() => !data.measuring, LOOK_FOR_LOST_EVERY, { summary: 'waits for the last measurements' });
  }
  const { stopAgents } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
  const { finishCampaign } = proxyActivities<SiteActivities>({ ...FINISH, taskQueue: queues.activities });
  const { campaignId } = state.key;
  let { failure } = data;
  await stopAgents
    .executeWithOptions({ summary: 'remove probers and guest agents' }, [{ site, directory, campaignId }])
    .catch((error: unknown) => {
      failure ??= `agents could not be removed: ${String(error instanceof Error ? (error.cause ?? error) : error)}`;
    });
  const outcome = failure !== null ? 'failed' : outcomeOf(data.stop);
  failure ??=
    data.stop === 'policy' ? `ended by the failure policy after ${String(data.failed)} failed migration(s)` : null;
  const finished = await finishCampaign.executeWithOptions({ summary: 'tables and report' }, [
    { directory, outcome, failure, end: data.endReached ?? null },
  ]);
  data.phase = 'done';
  setCurrentDetails(renderDetails(state));
  await condition(allHandlersFinished);
  return { ...finished, outcome, directory, failure };
}
