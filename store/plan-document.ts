import { join } from 'node:path';
import { z } from 'zod';
import { createFile } from './durable-file';
import { describeIssues } from './describe-issues';
import { formatDocument, readDocument } from './json-document';
import { StoreError } from './store-error';
import type { StoredPlan } from './types';

const PlanShape = z.object({
  placement: z.record(z.string(), z.array(z.string())),
  actions: z.array(z.looseObject({ id: z.string(), kind: z.string() })),
});

const pathOf = (directory: string): string => join(directory, 'plan.json');

/** Writes plan.json once; the same plan again is no error. @throws StoreError `exists` if another plan is there */
export async function writePlan(directory: string, plan: StoredPlan): Promise<void> {
  try {
    await createFile(pathOf(directory), formatDocument(plan));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'exists') throw error;
    if (formatDocument(await readDocument(pathOf(directory))) !== formatDocument(plan)) throw error;
  }
}

/** Reads plan.json. @throws StoreError `missing` or `damaged` */
export async function readPlan(directory: string): Promise<StoredPlan> {
  const path = pathOf(directory);
  const document = await readDocument(path);
  const checked = PlanShape.safeParse(document);
  if (checked.success) return document as StoredPlan;
  const problems = describeIssues(checked.error);
  throw new StoreError('damaged', path, problems, 'Restore it from a copy.');
}
