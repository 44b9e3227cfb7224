import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';

const AT_ONCE = 20;

/**
 * Tells the server that no worker has drover's open workflows in its cache any more. The one that had may have been killed a
 * moment ago: each next task of its workflows would first wait a second for it. A worker that still has them replays them.
 */
export async function resetStickyQueues(connection: NativeConnection, namespace: string): Promise<void> {
  const { workflow } = new Client({ connection, namespace });
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${WORKFLOW_QUEUE}'`;
  let batch: Promise<unknown>[] = [];
  for await (const { workflowId } of workflow.list({ query })) {
    // It may have closed since it was listed.
    const reset = connection.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } });
    batch.push(reset.catch(() => undefined));
    if (batch.length < AT_ONCE) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
}
