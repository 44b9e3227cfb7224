import { condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import { isGone } from './is-gone';

const REPEAT_EVERY = '30 seconds';

/**
 * Signals a result to another workflow until it says that it has it. The receiver may be between two runs
 * (continue-as-new), so one signal is not enough; a receiver that has closed needs no result any more.
 */
export async function reportUntilAcknowledged(
  receiverId: string,
  signalName: string,
  payload: unknown,
  acknowledged: () => boolean,
): Promise<void> {
  while (!acknowledged()) {
    try {
      await getExternalWorkflowHandle(receiverId).signal(signalName, payload);
    } catch (error) {
      if (isGone(error)) return;
    }
    await condition(acknowledged, REPEAT_EVERY, { summary: 'wait until the campaign has the result' });
  }
}
