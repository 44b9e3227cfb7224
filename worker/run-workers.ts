import { existsSync } from 'node:fs';
import type { NativeConnection } from '@temporalio/worker';
import { Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createArmedActivities, createPlanningActivities, createSiteActivities } from '../activities';
import type { Dependencies } from '../activities/dependencies';
import { siteQueues, WORKFLOW_QUEUE } from '../campaign/contract/queues';
import { bundlePath } from './bundle-path';
import { resetStickyQueues } from './reset-sticky-queues';

/** Settings shared by every queue; each with its reason. */
const COMMON: Partial<WorkerOptions> = {
  // After a worker is killed, its cached workflows wait this long before another worker may take them.
  stickyQueueScheduleToStartTimeout: '1 second',
  // Cancellation reaches an activity with its next heartbeat that is really sent.
  maxHeartbeatThrottleInterval: '2 seconds',
  defaultHeartbeatThrottleInterval: '2 seconds',
  shutdownGraceTime: '0 seconds',
};

/** Collections, look-ups and armed migrations mostly wait: slots are cheap, starvation is not. */
const SLOTS = 200;

/** Runs the workers of all sites until `stop` is aborted, then drains them; armed migrations go on under the next worker. */
export async function runWorkers(
  connection: NativeConnection,
  namespace: string,
  dependencies: Dependencies,
  stop: AbortSignal,
): Promise<void> {
  const base = { ...COMMON, connection, namespace };
  const bundle = bundlePath();
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build"`);
  const workers = [
    Worker.create({
      ...base,
      taskQueue: WORKFLOW_QUEUE,
      workflowBundle: { codePath: bundle },
      activities: createPlanningActivities(dependencies),
    }),
  ];
  const siteActivities = createSiteActivities(dependencies);
  const armedActivities = createArmedActivities(dependencies);
  for (const site of dependencies.sites.names()) {
    const queues = siteQueues(site);
    const slots = { maxConcurrentActivityTaskExecutions: SLOTS };
    workers.push(Worker.create({ ...base, ...slots, taskQueue: queues.activities, activities: siteActivities }));
    workers.push(Worker.create({ ...base, ...slots, taskQueue: queues.armed, activities: armedActivities }));
  }
  // Without it tasks come all the same, only later.
  resetStickyQueues(connection, namespace).catch((error: unknown) => {
    Runtime.instance().logger.warn('the sticky queues of an earlier worker were not reset', { error });
  });
  const running = await Promise.all(workers);
  const shutdown = (): void => {
    for (const worker of running) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  stop.addEventListener('abort', shutdown);
  const runs = running.map((worker) => worker.run());
  // The signal may have come while they were made: one that does not run yet cannot be shut down.
  if (stop.aborted) shutdown();
  await Promise.all(runs);
}
