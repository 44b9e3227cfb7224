import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { inParallel } from '../agents/in-parallel';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';

const AT_ONCE = 20;

/**
 * Tells the server that no worker has drover's open workflows in its cache any more. The one that had may have been killed a
 * moment ago: each next task of its workflows would first wait a second for it. A worker that still has them replays them.
 */
export async function resetStickyQueues(connection: NativeConnection, namespace: string): Promise<void> {
  const { workflow } = new Client({ connection, namespace });
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${WORKFLOW_QUEUE}'`;
  const open: string[] = [];
  for await (const { workflowId } of workflow.list({ query })) open.push(workflowId);
  await inParallel(open, AT_ONCE, async (workflowId) => {
    // It may have closed since it was listed.
    await connection.workflowService
      .resetStickyTaskQueue({ namespace, execution: { workflowId } })
      .catch(() => undefined);
  });
}
