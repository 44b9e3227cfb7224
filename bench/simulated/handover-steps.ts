import { PERMIT_MESSAGE } from '../../campaign/contract/permits';
import type { Handover } from './find-handovers';
import { activityMs, eventMs, type HistoryEvent } from './open-histories';
import { stepTimes, type StepTimes } from './step-times';

/** What a handover is made of, in order. */
export const HANDOVER_STEPS = [
  'the worker notices the end',
  'the next migration has its permit',
  'its armed activity is scheduled',
  'its armed activity has started',
  'its request is at the data centre',
] as const;

/** How long each step of a handover took, by the history of the second migration. */
export function handoverSteps(
  { before, endedAtMs, requestedAtMs }: Handover,
  events: readonly HistoryEvent[],
): StepTimes<(typeof HANDOVER_STEPS)[number]> | null {
  const granted = events.find(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === PERMIT_MESSAGE.permitGranted,
  );
  const { scheduled, started } = activityMs(events, 'runMigration');
  return stepTimes(HANDOVER_STEPS, [endedAtMs, before.finished, eventMs(granted), scheduled, started, requestedAtMs]);
}
