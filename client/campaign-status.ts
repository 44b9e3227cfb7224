import type { Client } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import type { Progress } from '../campaign/contract/messages';
import type { CampaignResult } from '../workflows/campaign';
import { failureText } from './failure-text';
import type { FoundCampaign } from './find-campaign';
import { describeUnpolled, unpolledQueues } from './find-workers';
import { askProgress } from './follow-campaign';
import { pendingProblems } from './pending-problems';

/** Everything that `drover status` knows of one campaign. Times UTC ms. */
export interface CampaignStatus {
  readonly id: string;
  /** `running`, the outcome of its results, or how its workflow ended without any: `failed`, `terminated`, `cancelled`, `timed out`. */
  readonly state: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** null: no worker answered. */
  readonly progress: Progress | null;
  readonly result: CampaignResult | null;
  /** Why it failed; of a bad spec all problems. */
  readonly failure: string | null;
  /** What keeps it from going on now: queues that no worker polls, activities that fail and are tried again. */
  readonly problems: readonly string[];
}

/** Asks the server, and the campaign itself where a worker runs. */
export async function campaignStatus(client: Client, { handle, description }: FoundCampaign): Promise<CampaignStatus> {
  const { workflowId: id, startTime, closeTime, status } = description;
  const head = { id, startedAtMs: startTime.getTime(), endedAtMs: closeTime?.getTime() ?? null };
  if (status.name !== 'RUNNING') return { ...head, ...(await ended(handle, status.name)), problems: [] };
  const unpolled = await unpolledQueues(client.workflow);
  // Asking would take until the server gives up waiting for a worker.
  const progress = unpolled.length > 0 ? null : await askProgress(handle);
  const queues = [...unpolled, ...(progress === null ? [] : await unpolledQueues(client.workflow, progress.site))];
  const idle = describeUnpolled([...new Set(queues)]);
  const silent = progress === null && idle === null ? 'no worker has answered in time; its log may say why' : null;
  const problems = [idle, silent, ...pendingProblems(description.raw)].filter((line) => line !== null);
  return { ...head, state: 'running', progress, result: null, failure: null, problems };
}

type Ended = Pick<CampaignStatus, 'state' | 'progress' | 'result' | 'failure'>;

async function ended(handle: FoundCampaign['handle'], status: string): Promise<Ended> {
  try {
    const result = await handle.result();
    return { state: result.outcome, progress: null, result, failure: result.failure };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const state = status.toLowerCase().replace('_', ' ');
    return { state, progress: null, result: null, failure: failureText(error).message };
  }
}
