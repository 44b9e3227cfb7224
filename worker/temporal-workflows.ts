import {
  QueryRejectedError,
  WorkflowClient,
  WorkflowNotFoundError,
  type WorkflowClientOptions,
  type WorkflowHandle,
  type WorkflowSignalWithStartOptions,
} from '@temporalio/client';
import type { Workflows } from '../activities/dependencies';
import {
  PERMIT_MESSAGE,
  permitsWorkflowId,
  type PermitRequest,
  type PermitsInput,
  type WatchedPermits,
} from '../campaign/contract/permits';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';

/** Workflows as activities see them, by a client on the worker's own connection. */
export function createTemporalWorkflows(options: WorkflowClientOptions): Workflows {
  // A closed workflow would answer queries too, with what it knew last.
  const workflow = new WorkflowClient({ ...options, queryRejectCondition: 'NOT_OPEN' });
  const permitsOf = (site: string): WorkflowHandle => workflow.getHandle(permitsWorkflowId(site));

  return {
    async isClosed(workflowId) {
      const description = await unlessGone(workflow.getHandle(workflowId).describe());
      return description?.status.name !== 'RUNNING';
    },

    async requestPermit(input: PermitsInput, request: PermitRequest) {
      const start: WorkflowSignalWithStartOptions<[PermitRequest]> = {
        taskQueue: WORKFLOW_QUEUE,
        workflowId: permitsWorkflowId(input.site),
        signal: PERMIT_MESSAGE.requestPermit,
        signalArgs: [request],
      };
      await workflow.signalWithStart('permits', {
        ...start,
        args: [input],
        staticSummary: `permits of ${input.site}`,
      });
    },

    async watchedPermits(site) {
      return unlessGone(permitsOf(site).query<WatchedPermits>(PERMIT_MESSAGE.watchedPermits));
    },

    async releasePermit(site, ended) {
      await unlessGone(permitsOf(site).signal(PERMIT_MESSAGE.releasePermit, ended));
    },

    async reportLostPermit(site, lost) {
      await unlessGone(permitsOf(site).signal(PERMIT_MESSAGE.permitLost, lost));
    },

    async reportForeignMigrations(site, seen) {
      await unlessGone(permitsOf(site).signal(PERMIT_MESSAGE.foreignMigrations, seen));
    },
  };
}

/** A workflow that has closed, or was deleted, needs nothing any more. */
async function unlessGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return null;
    throw error;
  }
}
