import {
  ApplicationFailure,
  condition,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  startChild,
} from '@temporalio/workflow';
import { measurementWorkflowId } from '../campaign/contract/ids';
import { FAILURE } from '../campaign/contract/failures';
import type { SiteActivities } from '../activities';
import { startSchedule } from '../campaign/plan/schedule';
import { SITE, STORE } from './activity-profiles';
import type { CampaignState } from './campaign-state';
import { renderDetails } from './current-details';
import { measurement } from './measurement';
import { ARM_LEAD_MS, startMigration } from './start-migration';

/** Starts echoes, loads and prober, and the child that collects from them. */
export async function startMeasuring(state: CampaignState): Promise<void> {
  const { site, directory, queues } = state.planned;
  const { key } = state;
  state.data.phase = 'starting agents';
  setCurrentDetails(renderDetails(state));
  const { startAgents } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
  // Set first: whatever startAgents left behind must be removed even if it fails half-way.
  await startAgents.executeWithOptions({ summary: 'start echoes, loads and the prober' }, [
    { site, directory, campaignId: key.campaignId },
  ]);
  await startChild(measurement, {
    workflowId: measurementWorkflowId(key),
    args: [{ key, queues, site, directory }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `measures ${key.campaignId}`,
  });
  state.data.measuring = true;
}

/** Brings every VM to its first host, waits out the background and sets time zero. */
export async function placeVms(state: CampaignState): Promise<void> {
  const { site, directory, queues, backgroundMs } = state.planned;
  const { findMisplaced, recordTimes } = proxyActivities<SiteActivities>({
    ...SITE,
    ...STORE,
    taskQueue: queues.activities,
  });
  state.data.phase = 'placing';
  setCurrentDetails(renderDetails(state));
  for (const { vm, to } of await findMisplaced.executeWithOptions({ summary: 'where is every VM?' }, [
    { site, directory },
  ])) {
    await startMigration(state, {
      actionId: `place-${vm}`,
      kind: 'place',
      vm,
      to,
      originalDueMs: null,
      effectiveDueMs: Date.now(),
    });
    await condition(() => state.data.running.length === 0);
  }
  if (state.data.placementFailures.length > 0) {
    throw ApplicationFailure.create({
      type: FAILURE.placementFailed,
      message: `placement failed: ${state.data.placementFailures.join('; ')}`,
      nonRetryable: true,
    });
  }
  const lengthMs = Math.max(backgroundMs, ARM_LEAD_MS);
  const { fromMs } = await recordTimes.executeWithOptions({ summary: 'background starts' }, [
    { directory, backgroundMs, lengthMs },
  ]);
  state.data.backgroundUntilMs = fromMs + backgroundMs;
  state.data.schedule = startSchedule(fromMs + lengthMs);
  state.data.phase = 'background';
  setCurrentDetails(renderDetails(state));
}
