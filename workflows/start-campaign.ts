import {
  ApplicationFailure,
  CancellationScope,
  condition,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  startChild,
} from '@temporalio/workflow';
import { measurementWorkflowId } from '../campaign/contract/ids';
import { FAILURE } from '../campaign/contract/failures';
import type { SiteActivities } from '../activities';
import { ARM_LEAD_MS } from '../campaign/contract/timing';
import { SITE, STORE } from './activity-profiles';
import type { CampaignState } from './campaign-state';
import { renderDetails } from './current-details';
import { hasLongHistory } from './long-history';
import { measurement } from './measurement';
import { startMigration } from './start-migration';

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
  // Told to stop by name: a cancelled campaign still has migrations to measure.
  await CancellationScope.nonCancellable(() =>
    startChild(measurement, {
      workflowId: measurementWorkflowId(key),
      args: [{ key, queues, site, directory }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `measures ${key.campaignId}`,
    }),
  );
  state.data.measuring = true;
}

/**
 * Brings every VM to its first host, then starts the background, after which comes time zero.
 * @returns false if the history is long enough for the workflow to continue as new; the state carries what runs
 */
export async function placeVms(state: CampaignState): Promise<boolean> {
  const { data } = state;
  if (data.schedule !== null) return true;
  if (data.phase !== 'placing' && !state.stopping) await startPlacing(state);
  const over = (): boolean => data.running.length === 0 || state.stopping;
  await condition(() => over() || hasLongHistory());
  if (!over()) return false;
  if (data.placementFailures.length > 0) {
    throw ApplicationFailure.create({
      type: FAILURE.placementFailed,
      message: `placement failed: ${data.placementFailures.join('; ')}`,
      nonRetryable: true,
    });
  }
  if (!state.stopping) await startBackground(state);
  return true;
}

async function startPlacing(state: CampaignState): Promise<void> {
  const { site, directory, queues } = state.planned;
  const { findMisplaced } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
  state.data.phase = 'placing';
  setCurrentDetails(renderDetails(state));
  const misplaced = await findMisplaced.executeWithOptions({ summary: 'where is every VM?' }, [{ site, directory }]);
  for (const { vm, to } of misplaced) {
    if (state.stopping) break;
    await startMigration(
      state,
      { actionId: `place-${vm}`, kind: 'place', vm, to, dueMs: Date.now(), followers: 0 },
      null,
    );
  }
}

async function startBackground(state: CampaignState): Promise<void> {
  const { directory, queues, backgroundMs } = state.planned;
  const { data } = state;
  const { recordTimes } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const lengthMs = Math.max(backgroundMs, ARM_LEAD_MS);
  const { fromMs } = await recordTimes.executeWithOptions({ summary: 'background starts' }, [
    { directory, backgroundMs, lengthMs },
  ]);
  data.backgroundUntilMs = fromMs + backgroundMs;
  state.setTimeZero(fromMs + lengthMs, Date.now());
  data.phase = 'background';
  setCurrentDetails(renderDetails(state));
}
