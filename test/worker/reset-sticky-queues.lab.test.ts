import { Worker } from '@temporalio/worker';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import { resetStickyQueues } from '../../worker/reset-sticky-queues';
import { until } from '../campaigns/until';
import { useEnvironment } from '../workflows/use-environment';
import { signal, type waiting } from './waiting-workflow';

jest.setTimeout(300_000);

/** temporal.api.enums.v1.TaskQueueKind */
const [NORMAL, STICKY] = [1, 2];

describe('sticky queues', () => {
  const opened = useEnvironment('real', require.resolve('./waiting-workflow'));

  it('are not waited for once they are reset: the next task of an open workflow goes to any worker', async () => {
    const { environment, workflowBundle } = opened();
    const { client, nativeConnection } = environment;
    const worker = await Worker.create({ connection: nativeConnection, taskQueue: WORKFLOW_QUEUE, workflowBundle });
    await worker.runUntil(async () => {
      const options = { taskQueue: WORKFLOW_QUEUE, workflowId: 'waits' };
      const handle = await client.workflow.start<typeof waiting>('waiting', { ...options, args: [2] });
      /** Queues of the workflow tasks so far, once there are so many and all are done. */
      const kinds = async (count: number): Promise<readonly unknown[]> => {
        let seen: readonly unknown[] = [];
        await until(`${String(count)} workflow tasks are done`, async () => {
          const events = (await handle.fetchHistory()).events ?? [];
          const done = events.filter((event) => event.workflowTaskCompletedEventAttributes).length;
          seen = events.flatMap((event) => event.workflowTaskScheduledEventAttributes?.taskQueue?.kind ?? []);
          return done >= count;
        });
        return seen;
      };
      await kinds(1);
      await handle.signal(signal);
      expect(await kinds(2)).toEqual([NORMAL, STICKY]);
      await until('the workflow is listed', async () => {
        for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
          if (workflowId === handle.workflowId) return true;
        return false;
      });
      await resetStickyQueues(nativeConnection, 'default');
      await handle.signal(signal);
      await handle.result();
      expect(await kinds(3)).toEqual([NORMAL, STICKY, NORMAL]);
    });
  });
});
