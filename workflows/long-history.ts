import { workflowInfo } from '@temporalio/workflow';

/**
 * A worker replays about a thousand events a second when it takes a workflow up, and nothing of it moves meanwhile; a task that
 * lasts longer than ten seconds, on a busy machine, is given to the next worker and never ends.
 */
const LONGEST = 1_000;

/** Whether a workflow is to continue as new, once nothing is pending that would be lost. */
export function hasLongHistory(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > LONGEST || continueAsNewSuggested;
}
