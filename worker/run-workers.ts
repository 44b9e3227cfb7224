import { Runtime, Worker } from '@temporalio/worker';
import { createArmedActivities, createPlanningActivities, createSiteActivities } from '../activities';
import type { Dependencies } from '../activities/dependencies';
import { siteQueues, WORKFLOW_QUEUE } from '../campaign/contract/queues';
import { raisePriority } from './raise-priority';
import { resetStickyQueues } from './reset-sticky-queues';
import type { WorkerBase } from './worker-base';

/** Collections, look-ups and armed migrations mostly wait: slots are cheap, starvation is not. */
const SLOTS = 200;

/** What workers are run from. */
export interface WorkersToRun {
  readonly base: WorkerBase;
  /** What runs workflow code, on its way. */
  readonly workflowWorker: Promise<Worker>;
  readonly dependencies: Dependencies;
}

/** Runs the workers of all sites until `stop` is aborted, then drains them; armed migrations go on under the next worker. */
export async function runWorkers(
  { base, workflowWorker, dependencies }: WorkersToRun,
  stop: AbortSignal,
): Promise<void> {
  const { connection, namespace } = base;
  const planning = { taskQueue: WORKFLOW_QUEUE, activities: createPlanningActivities(dependencies) };
  const workers = [workflowWorker, Worker.create({ ...base, ...planning })];
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
  // After its other threads were started: they keep the priority they have.
  if (!raisePriority())
    Runtime.instance().logger.info('no right to a higher priority: requests may be late on a loaded machine');
  const shutdown = (): void => {
    for (const worker of running) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  stop.addEventListener('abort', shutdown);
  const runs = running.map((worker) => worker.run());
  // The signal may have come while they were made: one that does not run yet cannot be shut down.
  if (stop.aborted) shutdown();
  await Promise.all(runs);
}
