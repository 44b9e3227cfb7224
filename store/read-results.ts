import { access } from 'node:fs/promises';
import { readCampaign } from './campaign-document';
import { readPlan } from './plan-document';
import { readRows } from './read-rows';
import { StoreError } from './store-error';
import { TABLE_NAMES } from './table-columns';
import { parquetPath, readTable, type AllRows } from './tables';
import type { CampaignRecord, StoredPlan, TableName, Tables } from './types';

/** Everything in a result directory that a report shows. */
export interface Results extends AllRows {
  readonly campaign: CampaignRecord;
  readonly plan: StoredPlan;
  /** What was wrong with chunks whose other rows could be used; one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads a result directory: the tables if the campaign finished, else the chunks so far.
 * @throws AggregateError with one StoreError for each file that cannot be used
 */
export async function readResults(directory: string): Promise<Results> {
  const errors: StoreError[] = [];
  const problems: string[] = [];
  const attempt = async <R>(read: () => Promise<R>): Promise<R | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const campaign = await attempt(() => readCampaign(directory));
  const plan = await attempt(() => readPlan(directory));
  const finished = await anyTable(directory);
  const rowsOf = async <T extends TableName>(table: T): Promise<readonly Tables[T][]> => {
    // Results of older versions have no clocks.
    if (finished && table === 'clocks' && !(await isThere(parquetPath(directory, table)))) return [];
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
  };
  if (campaign === undefined || plan === undefined || errors.length > 0) {
    throw new AggregateError(
      errors,
      `${directory} cannot be used: ${errors.length} of its files are missing or damaged`,
    );
  }
  return { campaign, plan, problems, ...tables };
}

async function anyTable(directory: string): Promise<boolean> {
  return (await Promise.all(TABLE_NAMES.map((table) => isThere(parquetPath(directory, table))))).includes(true);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
