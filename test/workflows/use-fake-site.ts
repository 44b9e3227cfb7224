import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { WORKFLOW_QUEUE, siteQueues } from '../../campaign/contract/queues';
import { campaign } from '../../workflows/campaign';
import { fakeActivities, type Asked, type FakeSite } from './fake-activities';
import { useEnvironment } from './use-environment';

/** Campaigns of a test file on a server that skips time, with a fake site's activities. */
export interface FakeSiteWorld {
  /** Runs workers for a site for as long as `use` takes. */
  readonly runOn: <T>(site: FakeSite, use: (asked: Asked) => Promise<T>) => Promise<T>;
  readonly start: (spec?: unknown) => Promise<WorkflowHandle<typeof campaign>>;
  /** Lets the server's time pass. */
  readonly sleep: (time: Parameters<TestWorkflowEnvironment['sleep']>[0]) => Promise<void>;
}

/** Sets a test file up; everything is taken down after its tests. */
export function useFakeSite(): FakeSiteWorld {
  const opened = useEnvironment('skips time', require.resolve('./without-collection'));

  return {
    runOn: async (site, use) => {
      const { environment, workflowBundle } = opened();
      const nowMs = (): Promise<number> => environment.currentTimeMs();
      const { planning, siteActivities, armed, asked } = fakeActivities(site, nowMs, environment.client);
      const queues = siteQueues('fake');
      const base = { connection: environment.nativeConnection };
      const workers = await Promise.all([
        Worker.create({ ...base, taskQueue: WORKFLOW_QUEUE, workflowBundle, activities: planning }),
        Worker.create({ ...base, taskQueue: queues.activities, activities: siteActivities }),
        Worker.create({ ...base, taskQueue: queues.armed, activities: armed }),
      ]);
      const [first, second, third] = workers;
      return first.runUntil(second.runUntil(third.runUntil(use(asked))));
    },
    start: (spec = {}) =>
      opened().environment.client.workflow.start(campaign, {
        taskQueue: WORKFLOW_QUEUE,
        workflowId: `test/${randomUUID()}`,
        args: [spec],
      }),
    sleep: (time) => opened().environment.sleep(time),
  };
}
