import {
  ActivityFailure,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  CancellationScope,
} from '@temporalio/workflow';
import type { CampaignKey } from '../campaign/contract/ids';
import { MESSAGE } from '../campaign/contract/messages';
import type { SiteQueues } from '../campaign/contract/queues';
import type { SiteActivities } from '../activities';
import { COLLECTION } from './activity-profiles';
import { hasLongHistory } from './long-history';
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

/** Signal to the campaign, repeated until acknowledged. */
export interface MeasurementEnded {
  /** Why what is left could not be collected; null: everything is stored. */
  readonly failure: string | null;
}

const CANCELLED = 'its workflow was cancelled';

/** After a segment that failed for good, e.g. because the site was taken out of the site file. */
const TRY_AGAIN_AFTER = '30 seconds';

/** Keeps leases alive and collects what the agents measured, segment by segment, until told to stop; cancelling it is that too. */
export async function measurement(input: MeasurementInput): Promise<void> {
  const told = { stop: false, acknowledged: false, cancelled: false };
  void CancellationScope.current().cancelRequested.catch(() => {
    told.stop = told.cancelled = true;
  });
  await CancellationScope.nonCancellable(() => measure(input, told));
}

async function measure(
  input: MeasurementInput,
  told: { stop: boolean; acknowledged: boolean; readonly cancelled: boolean },
): Promise<void> {
  setHandler(stopMeasurementSignal, () => void (told.stop = true), { description: 'Collect what is left, then end.' });
  setHandler(measurementAcknowledgedSignal, () => void (told.acknowledged = true), {
    description: 'The campaign knows that the measurement ended.',
  });
  const { collectMeasurement } = proxyActivities<SiteActivities>({ ...COLLECTION, taskQueue: input.queues.activities });
  const target = { campaignId: input.key.campaignId, site: input.site, directory: input.directory };
  const collect = (last: boolean): Promise<string | null> =>
    collectMeasurement
      .executeWithOptions({ summary: last ? 'collect what is left' : 'renew leases, collect probes' }, [
        { ...target, last },
      ])
      .then(
        () => null,
        (error: unknown) =>
          error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : String(error),
      );

  while (!told.stop) {
    if (hasLongHistory()) return continueAsNew<typeof measurement>(input);
    const segment = new CancellationScope();
    const collected = segment.run(() => collect(false));
    await Promise.race([collected, condition(() => told.stop)]);
    segment.cancel();
    if ((await collected) !== null)
      await condition(() => told.stop, TRY_AGAIN_AFTER, { summary: 'collecting failed; tries again' });
  }
  const failure = await collect(true);
  const ended: MeasurementEnded = { failure: failure ?? (told.cancelled ? CANCELLED : null) };
  await reportUntilAcknowledged(input.key.campaignId, MESSAGE.measurementEnded, ended, () => told.acknowledged);
}
