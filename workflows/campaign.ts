import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
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
import { MESSAGE, type MigrationEnded, type Progress } from '../campaign/contract/messages';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';
import type { FinishedCampaign, PlanningActivities, SiteActivities } from '../activities';
import { FINISH, PLANNING, SITE } from './activity-profiles';
import { CampaignState, type CampaignData } from './campaign-state';
import { renderDetails } from './current-details';
import { measurementAcknowledgedSignal, stopMeasurementSignal } from './measurement';
import { migrationAcknowledgedSignal } from './migration';
import { runPlan } from './run-plan';
import { placeVms, startMeasuring } from './start-campaign';

/** How a campaign ended. */
export interface CampaignResult extends FinishedCampaign {
  readonly outcome: 'completed' | 'aborted' | 'failed';
  readonly directory: string;
  readonly failure: string | null;
}

export const getProgressQuery = defineQuery<Progress>(MESSAGE.progress);
export const pauseUpdate = defineUpdate<string>(MESSAGE.pause);
export const resumeUpdate = defineUpdate<string>(MESSAGE.resume);
export const abortUpdate = defineUpdate<string>(MESSAGE.abort);
export const cancelUpdate = defineUpdate<string>(MESSAGE.cancel);
export const migrationEndedSignal = defineSignal<[MigrationEnded]>(MESSAGE.migrationEnded);
export const measurementEndedSignal = defineSignal(MESSAGE.measurementEnded);

/**
 * One experiment from spec to report. `spec` is the user's raw JSON: it is validated by the first activity, never here.
 * @throws ApplicationFailure InvalidSpec or PreflightFailed with every problem, before anything was touched
 */
export async function campaign(spec: unknown, carried?: CampaignData): Promise<CampaignResult> {
  const { workflowId: campaignId, firstExecutionRunId: firstRunId } = workflowInfo();
  const state = new CampaignState({ campaignId, firstRunId }, carried);
  handleMessages(state);

  try {
    if (carried === undefined) {
      await planAndCheck(spec, state);
      await startMeasuring(state);
      await placeVms(state);
    }
    const whole = await runPlan(state);
    if (!whole) {
      await condition(allHandlersFinished);
      return await continueAsNew<typeof campaign>(spec, state.data);
    }
  } catch (error) {
    if (isCancellation(error)) state.stop('cancel');
    else if (error instanceof ActivityFailure || error instanceof ApplicationFailure)
      state.data.failure = noteFailure(error, state);
    else throw error;
  }
  return CancellationScope.nonCancellable(() => finish(state));
}

function handleMessages(state: CampaignState): void {
  setHandler(getProgressQuery, () => state.progress(), {
    description: 'Where the campaign is: phase, counts, what runs, what comes next.',
  });
  setHandler(pauseUpdate, () => state.pause(Date.now()), {
    description: 'Arm nothing more until resume; everything later moves by the length of the pause.',
  });
  setHandler(resumeUpdate, () => state.resume(Date.now()), { description: 'Go on after a pause.' });
  setHandler(abortUpdate, () => state.stop('abort'), {
    description: 'Start nothing more, let running migrations end, clean up and report.',
  });
  setHandler(cancelUpdate, () => state.stop('cancel'), {
    description: 'Start nothing more, cancel running migrations, clean up and report.',
  });
  setHandler(
    migrationEndedSignal,
    async (ended) => {
      state.migrationEnded(ended);
      setCurrentDetails(renderDetails(state));
      await getExternalWorkflowHandle(migrationWorkflowId(state.key, ended.actionId))
        .signal(migrationAcknowledgedSignal)
        .catch(() => undefined);
    },
    { description: 'A migration of this campaign ended.' },
  );
  setHandler(
    measurementEndedSignal,
    async () => {
      state.data.measuring = false;
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

async function finish(state: CampaignState): Promise<CampaignResult> {
  const { data, planned } = state;
  const { directory, site, queues } = planned;
  data.phase = 'finishing';
  setCurrentDetails(renderDetails(state));
  if (data.stop === 'cancel') {
    for (const { actionId } of data.running) {
      await getExternalWorkflowHandle(migrationWorkflowId(state.key, actionId))
        .cancel()
        .catch(() => undefined);
    }
  }
  await condition(() => data.running.length === 0);
  if (data.measuring) {
    await getExternalWorkflowHandle(measurementWorkflowId(state.key))
      .signal(stopMeasurementSignal)
      .catch(() => void (data.measuring = false));
    await condition(() => !data.measuring);
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
  const outcome = failure !== null ? 'failed' : data.stop !== null ? 'aborted' : 'completed';
  failure ??=
    data.stop === 'policy' ? `ended by the failure policy after ${String(data.failed)} failed migration(s)` : null;
  const finished = await finishCampaign.executeWithOptions({ summary: 'tables and report' }, [
    { directory, outcome, failure },
  ]);
  data.phase = 'done';
  setCurrentDetails(renderDetails(state));
  await condition(allHandlersFinished);
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('the campaign was cancelled; results and report are written');
  return { ...finished, outcome, directory, failure };
}
