import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
  CancellationScope,
} from '@temporalio/workflow';
import type { CampaignKey } from '../campaign/contract/ids';
import { MESSAGE } from '../campaign/contract/messages';
import type { SiteQueues } from '../campaign/contract/queues';
import type { SiteActivities } from '../activities';
import { COLLECTION } from './activity-profiles';
import { reportUntilAcknowledged } from './report-until-acknowledged';

/** What to measure and where the results go. */
export interface MeasurementInput {
  readonly key: CampaignKey;
  readonly queues: SiteQueues;
  readonly site: string;
  readonly directory: string;
}

/** Asks the measurement to collect what is left and to end. */
export const stopMeasurementSignal = defineSignal(MESSAGE.stopMeasurement);

/** Tells the measurement that its campaign knows that it ended. */
export const measurementAcknowledgedSignal = defineSignal(MESSAGE.measurementAcknowledged);

/** Keeps leases alive and collects what the agents measured, segment by segment, until told to stop. */
export async function measurement(input: MeasurementInput): Promise<void> {
  let stopping = false;
  let acknowledged = false;
  setHandler(stopMeasurementSignal, () => void (stopping = true), { description: 'Collect what is left, then end.' });
  setHandler(measurementAcknowledgedSignal, () => void (acknowledged = true), {
    description: 'The campaign knows that the measurement ended.',
  });
  const { collectMeasurement } = proxyActivities<SiteActivities>({ ...COLLECTION, taskQueue: input.queues.activities });
  const target = { campaignId: input.key.campaignId, site: input.site, directory: input.directory };

  while (!stopping) {
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof measurement>(input);
    const segment = new CancellationScope();
    const collected = segment
      .run(() =>
        collectMeasurement.executeWithOptions({ summary: 'renew leases, collect probes' }, [
          { ...target, last: false },
        ]),
      )
      .catch(() => undefined);
    await Promise.race([collected, condition(() => stopping)]);
    segment.cancel();
    await collected;
  }
  await collectMeasurement.executeWithOptions({ summary: 'collect what is left' }, [{ ...target, last: true }]);
  await reportUntilAcknowledged(input.key.campaignId, MESSAGE.measurementEnded, {}, () => acknowledged);
}
