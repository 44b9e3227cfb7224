import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { PERMIT_MESSAGE, permitsWorkflowId, type PermitsView } from '../../campaign/contract/permits';
import { siteQueues, WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import { createTemporalWorkflows } from '../../worker/temporal-workflows';
import type { FakePermitSite } from './fake-permit-site';
import type { holder, HolderInput } from './permit-holder';
import type { Environment } from './use-environment';

/** A migration that a test wants; campaign `a` and the site's limit unless said. */
export type Wish = Pick<HolderInput, 'vm' | 'from' | 'to'> & Partial<HolderInput>;

/** A site with its permits. */
export interface OpenPermitSite {
  readonly site: string;
  readonly permits: WorkflowHandle;
  readonly start: (wish: Wish) => Promise<WorkflowHandle<typeof holder>>;
  readonly view: () => Promise<PermitsView>;
}

/** Runs the workers of a site of a new name for as long as it is used. */
export async function withPermitSite(
  { environment, workflowBundle }: Environment,
  fake: FakePermitSite,
  use: (site: OpenPermitSite) => Promise<void>,
): Promise<void> {
  const site = `site-${randomUUID().slice(0, 8)}`;
  const workflows = createTemporalWorkflows({ connection: environment.nativeConnection });
  const base = { connection: environment.nativeConnection, maxHeartbeatThrottleInterval: '200 milliseconds' };
  const [first, second] = await Promise.all([
    Worker.create({ ...base, taskQueue: WORKFLOW_QUEUE, workflowBundle }),
    Worker.create({
      ...base,
      taskQueue: siteQueues(site).activities,
      activities: fake.activities(workflows),
      maxConcurrentActivityTaskExecutions: 300,
      shutdownGraceTime: '0 seconds',
    }),
  ]);
  const { workflow } = environment.client;
  const permits = workflow.getHandle(permitsWorkflowId(site));
  const start = ({ vm, campaignId = 'a', limitPerHost = null, ...wish }: Wish) =>
    workflow.start<typeof holder>('holder', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: `${site}/${campaignId}/${vm}`,
      args: [{ ...wish, site, vm, campaignId, limitPerHost }],
    });
  const view = () => permits.query<PermitsView>(PERMIT_MESSAGE.permits);
  await first.runUntil(
    second.runUntil(async () => {
      try {
        await use({ site, permits, start, view });
      } finally {
        // The activities of holders that are left would keep the worker from ending.
        fake.endAll();
      }
    }),
  );
}
