import { condition, setHandler } from '@temporalio/workflow';
import { MESSAGE } from '../../campaign/contract/messages';
import {
  measurementAcknowledgedSignal,
  stopMeasurementSignal,
  type MeasurementInput,
} from '../../workflows/measurement';
import { reportUntilAcknowledged } from '../../workflows/report-until-acknowledged';

export { campaign } from '../../workflows/campaign';
export { migration } from '../../workflows/migration';

/** Stands in for the real child, whose activity never ends: the test server skips no time while an activity runs. */
export async function measurement({ key }: MeasurementInput): Promise<void> {
  let stopping = false;
  let acknowledged = false;
  setHandler(stopMeasurementSignal, () => void (stopping = true));
  setHandler(measurementAcknowledgedSignal, () => void (acknowledged = true));
  await condition(() => stopping);
  await reportUntilAcknowledged(key.campaignId, MESSAGE.measurementEnded, { failure: null }, () => acknowledged);
}
