import type { WorkflowClient } from '@temporalio/client';
import { siteQueues, WORKFLOW_QUEUE } from '../campaign/contract/queues';

/** What is needed to ask a server about its task queues. */
export type QueueClient = Pick<WorkflowClient, 'workflowService' | 'options' | 'withDeadline'>;

/** The server hands out empty polls after a minute, so a worker that lives has polled since. */
const SILENT_MS = 90_000;
const ANSWER_WITHIN_MS = 5_000;
/** As the server's API numbers them (temporal.api.enums.v1.TaskQueueType). */
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

/** Task queues that no worker polls: the one of all workflows and, if a site is given, those of its activities. */
export async function unpolledQueues(client: QueueClient, site: string | null = null): Promise<readonly string[]> {
  const { activities, armed } = siteQueues(site ?? '');
  const wanted = [
    { name: WORKFLOW_QUEUE, kind: WORKFLOW_TASKS },
    ...(site === null ? [] : [activities, armed].map((name) => ({ name, kind: ACTIVITY_TASKS }))),
  ];
  const polled = await Promise.all(wanted.map(async ({ name, kind }) => isPolled(client, name, kind)));
  return wanted.filter((_, index) => polled[index] === false).map(({ name }) => name);
}

/** Says what to do about queues that no worker polls; null: there are none. */
export function describeUnpolled(queues: readonly string[]): string | null {
  if (queues.length === 0) return null;
  const named = queues.map((name) => `"${name}"`).join(', ');
  const remedy = queues.includes(WORKFLOW_QUEUE)
    ? 'start one with "drover worker"'
    : 'start one whose site file has this site: "drover worker --site-file FILE"';
  return `no worker polls the task queue${queues.length > 1 ? 's' : ''} ${named}; ${remedy}`;
}

async function isPolled(client: QueueClient, name: string, kind: number): Promise<boolean> {
  const { namespace } = client.options;
  const { pollers } = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () =>
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package belongs to the SDK alone
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: kind }),
  );
  return pollers.some(({ lastAccessTime }) => {
    const lastMs = Number(lastAccessTime?.seconds ?? 0) * 1_000;
    return Date.now() - lastMs < SILENT_MS;
  });
}
