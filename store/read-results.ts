import { readdir } from 'node:fs/promises';
import { readCampaign } from './campaign-document';
import type { Counters, Ledger } from './counter-types';
import { isThere } from './is-there';
import { readPlan } from './plan-document';
import { readBulk } from './read-bulk';
import { readRows } from './read-rows';
import { asStoreError, StoreError } from './store-error';
import { TABLE_NAMES } from './table-columns';
import { parquetPath, readTable, type AllRows } from './tables';
import type { CampaignRecord, StoredPlan, TableName, Tables } from './types';

/** Everything in a result directory that a report shows. */
export interface Results extends AllRows {
  readonly campaign: CampaignRecord;
  readonly plan: StoredPlan;
  /** Null: the site has none, or the campaign has not finished. */
  readonly counters: Counters | null;
  readonly ledger: Ledger | null;
  /** What was wrong with chunks whose other rows could be used; one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads a result directory: the tables if the campaign finished, else the chunks so far.
 * @param counters - counters to read over time beside the default ones
 * @throws StoreError if it is no result directory; AggregateError with one StoreError for each file that cannot be used
 */
export async function readResults(directory: string, counters: readonly string[] = []): Promise<Results> {
  await requireResultDirectory(directory);
  const errors: StoreError[] = [];
  const problems: string[] = [];
  const attempt = async <R>(read: () => Promise<R>): Promise<R | undefined> => {
    try {
      return await read();
    } catch (error) {
      const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
      if (!all.every((each) => each instanceof StoreError)) throw error;
      errors.push(...all);
      return undefined;
    }
  };
  const campaign = await attempt(() => readCampaign(directory));
  const plan = await attempt(() => readPlan(directory));
  const finished = await anyTable(directory);
  const rowsOf = async <T extends TableName>(table: T): Promise<readonly Tables[T][]> => {
    // Results of older versions have neither.
    if (finished && (table === 'clocks' || table === 'blackouts') && !(await isThere(parquetPath(directory, table))))
      return [];
    if (finished) return (await attempt(() => readTable(directory, table))) ?? [];
    const chunks = await attempt(() => readRows(directory, table));
    problems.push(...(chunks?.problems ?? []));
    return chunks?.rows ?? [];
  };
  const tables: AllRows = {
    migrations: await rowsOf('migrations'),
    actions: await rowsOf('actions'),
    silences: await rowsOf('silences'),
    probes: await rowsOf('probes'),
    clocks: await rowsOf('clocks'),
    blackouts: await rowsOf('blackouts'),
  };
  const bulk = await attempt(() => readBulk(directory, { hosts: busiestHosts(tables.migrations), counters }));
  if (campaign === undefined || plan === undefined || bulk === undefined || errors.length > 0) {
    throw new AggregateError(
      errors,
      `${directory} cannot be used: ${errors.length} of its files are missing or damaged`,
    );
  }
  return { campaign, plan, problems, ...tables, ...bulk };
}

async function requireResultDirectory(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw asStoreError(error, directory);
    throw new StoreError('damaged', directory, 'it is a file', 'Name the result directory of a campaign.', {
      cause: error,
    });
  });
  if (names.includes('campaign.json') || names.includes('plan.json') || names.includes('chunks')) return;
  throw new StoreError(
    'missing',
    directory,
    'it is not the result directory of a campaign: there is no campaign.json',
    'Name the directory of one campaign, such as drover-results/<campaign>.',
  );
}

/** Hosts with the most migrations from or to them first. */
function busiestHosts(migrations: readonly Tables['migrations'][]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { from, to } of migrations)
    for (const host of [from, to]) if (host !== null) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b, 'en', { numeric: true }))
    .map(([host]) => host);
}

async function anyTable(directory: string): Promise<boolean> {
  return (await Promise.all(TABLE_NAMES.map((table) => isThere(parquetPath(directory, table))))).includes(true);
}
