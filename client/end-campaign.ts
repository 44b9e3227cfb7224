import type { Client } from '@temporalio/client';

/** Terminates a campaign and all its children; for a campaign whose site no longer exists, so that nothing can be cleaned up there. */
export async function endCampaign(client: Client, campaignId: string, reason: string): Promise<void> {
  await client.workflow.getHandle(campaignId).terminate(reason);
  const children = client.workflow.list({
    query: `ExecutionStatus = "Running" AND WorkflowId STARTS_WITH "${campaignId}/"`,
  });
  for await (const { workflowId } of children) {
    await client.workflow
      .getHandle(workflowId)
      .terminate(reason)
      .catch(() => undefined);
  }
}
