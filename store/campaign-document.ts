import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from './durable-file';
import { describeIssues } from './describe-issues';
import { formatDocument, readDocument } from './json-document';
import { StoreError } from './store-error';
import type { CampaignRecord } from './types';

const number = z.number();

const CampaignShape = z.looseObject({
  format: z.literal(1),
  drover: z.string(),
  campaign: z.string(),
  runId: z.string(),
  site: z.string(),
  hypervisor: z.string(),
  emulated: z.boolean(),
  planHash: z.string(),
  machine: z.record(z.string(), z.union([z.string(), number])),
  createdAt: number,
  background: z.object({ from: number, until: number }).optional(),
  timeZero: number.optional(),
  finishedAt: number.optional(),
  outcome: z.enum(['completed', 'failed', 'aborted', 'cancelled']).optional(),
  failure: z.string().optional(),
  prober: z
    .object({ periodMs: number, promptMs: number, locked: z.boolean(), realtime: z.boolean(), clock: z.string() })
    .optional(),
  vantages: z.array(z.string()).optional(),
});

const pathOf = (directory: string): string => join(directory, 'campaign.json');
const updates = new Map<string, Promise<unknown>>();

/** Writes campaign.json, replacing it at once. @throws StoreError */
export async function writeCampaign(directory: string, record: CampaignRecord): Promise<void> {
  await replaceFile(pathOf(directory), formatDocument(record));
}

/** Reads campaign.json. @throws StoreError `missing` or `damaged` */
export async function readCampaign(directory: string): Promise<CampaignRecord> {
  const path = pathOf(directory);
  const document = await readDocument(path);
  const checked = CampaignShape.safeParse(document);
  if (checked.success) return document as CampaignRecord;
  const problems = describeIssues(checked.error);
  throw new StoreError(
    'damaged',
    path,
    problems,
    'Restore it from a copy, or use the version of drover that wrote it.',
  );
}

/** Changes some fields of campaign.json; updates by one process never overtake each other. @throws StoreError */
export async function updateCampaign(directory: string, patch: Partial<CampaignRecord>): Promise<void> {
  const before = updates.get(directory) ?? Promise.resolve();
  const update = before
    .catch(() => undefined)
    .then(async () => writeCampaign(directory, { ...(await readCampaign(directory)), ...patch }));
  updates.set(directory, update);
  try {
    await update;
  } finally {
    if (updates.get(directory) === update) updates.delete(directory);
  }
}
