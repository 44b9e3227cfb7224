import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Worker } from '@temporalio/worker';
import { WORKFLOW_QUEUE } from '../campaign/contract/queues';
import { bundlePath } from './bundle-path';
import type { WorkerBase } from './worker-base';

/** Reads the workflow code that the build has packed. @throws Error if there is none */
export async function readWorkflowBundle(): Promise<string> {
  const bundle = bundlePath();
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build"`);
  return readFile(bundle, 'utf8');
}

/**
 * Creates what runs workflow code. That is a thread which takes half a second to load; it has begun when this returns, so that
 * the caller can load everything else beside it.
 */
export function createWorkflowWorker(base: WorkerBase, code: string): Promise<Worker> {
  return Worker.create({ ...base, taskQueue: WORKFLOW_QUEUE, workflowBundle: { code } });
}
