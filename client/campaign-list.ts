import type { Client, WorkflowExecutionInfo } from '@temporalio/client';

/** A campaign as the server lists it. */
export type ListedCampaign = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'>;

/** Running campaigns, then the latest that ended, at most `most` of each; newest first. A run that went on as a new one is left out. */
export async function listCampaigns(client: Client, most: number): Promise<readonly ListedCampaign[]> {
  const running = await take(client, 'ExecutionStatus = "Running"', most);
  const ended = await take(client, 'ExecutionStatus != "Running" AND ExecutionStatus != "ContinuedAsNew"', most);
  const live = new Set(running.map(({ workflowId }) => workflowId));
  return [...running, ...ended.filter(({ workflowId }) => !live.has(workflowId))];
}

async function take(client: Client, condition: string, most: number): Promise<readonly ListedCampaign[]> {
  const found: ListedCampaign[] = [];
  for await (const execution of client.workflow.list({
    query: `WorkflowType = "campaign" AND ${condition}`,
    pageSize: most,
  })) {
    found.push(execution);
    if (found.length >= most) break;
  }
  return found.sort((one, other) => other.startTime.getTime() - one.startTime.getTime());
}
