import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { HistorySeen } from './journal';

/** Runs of workflows that are open now, but those of single migrations. */
export async function lookAtOpenHistories(client: Client): Promise<readonly HistorySeen[]> {
  const seen: HistorySeen[] = [];
  const query = "ExecutionStatus = 'Running' AND WorkflowType != 'migration'";
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    seen.push(seenOf(await client.workflow.getHandle(workflowId, runId).describe()));
  return seen;
}

/** Every run of every workflow that has closed. */
export async function lookAtClosedHistories(client: Client): Promise<readonly HistorySeen[]> {
  const seen: HistorySeen[] = [];
  for await (const info of client.workflow.list({ query: "ExecutionStatus != 'Running'", pageSize: 500 }))
    seen.push(seenOf(info));
  return seen;
}

function seenOf(info: Omit<WorkflowExecutionInfo, 'raw'>): HistorySeen {
  const { type, workflowId, runId, status, historyLength, historySize } = info;
  return {
    ...{ kind: 'history', atMs: Date.now(), type, workflowId, runId, open: status.name === 'RUNNING' },
    ...{ events: historyLength, bytes: historySize ?? 0 },
  };
}
