import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { nearestName } from '../campaign/spec/nearest-name';
import type { campaign } from '../workflows/campaign';
import { listCampaigns } from './campaign-list';
import { CommandError, EXIT } from './exit';

const MOST_NAMED = 10;

/** A campaign that the server knows. */
export interface FoundCampaign {
  readonly handle: WorkflowHandle<typeof campaign>;
  readonly description: WorkflowExecutionDescription;
}

/** Looks a campaign up by its id. @throws CommandError (exit code 2) that names the nearest id and the running campaigns */
export async function findCampaign(client: Client, id: string): Promise<FoundCampaign> {
  const handle = client.workflow.getHandle<typeof campaign>(id);
  const description = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  });
  if (description?.type === 'campaign') return { handle, description };
  const known = await listCampaigns(client, MOST_NAMED);
  const what =
    description === null
      ? `there is no campaign ${id}`
      : `${id} is no campaign, but a workflow of type ${description.type}`;
  throw new CommandError([what + guess(id, known), ...others(known)].join('\n'), EXIT.badInput);
}

type Known = Awaited<ReturnType<typeof listCampaigns>>;

function guess(id: string, known: Known): string {
  const nearest = nearestName(
    id,
    known.map(({ workflowId }) => workflowId),
  );
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

function others(known: Known): readonly string[] {
  const running = known.filter(({ status }) => status.name === 'RUNNING');
  const ended = known.filter(({ status }) => status.name !== 'RUNNING');
  const names = (list: Known): string => list.map(({ workflowId }) => workflowId).join(', ');
  if (known.length === 0) return ['no campaign was started on this server yet'];
  return [
    `running: ${running.length === 0 ? 'none' : names(running)}`,
    ...(ended.length === 0 ? [] : [`ended: ${names(ended.slice(0, MOST_NAMED))}`]),
  ];
}
