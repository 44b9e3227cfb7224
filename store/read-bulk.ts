import type { Counters, Ledger } from './counter-types';
import { withDatabase } from './database';
import { isThere } from './is-there';
import { readCounters, type CountersWanted } from './read-counters';
import { readLedger } from './read-ledger';
import { StoreError } from './store-error';
import { parquetPath } from './tables';
import type { BulkTableName } from './types';

/** What a report shows of the tables that may have millions of rows; null: the campaign has none. */
export interface Bulk {
  readonly counters: Counters | null;
  readonly ledger: Ledger | null;
}

/** Sums samples and ledger up. @throws AggregateError with a StoreError for each of the two files that cannot be used */
export async function readBulk(directory: string, wanted: CountersWanted): Promise<Bulk> {
  const present = await Promise.all(
    (['samples', 'ledger'] as const).map((table) => isThere(parquetPath(directory, table))),
  );
  if (!present.includes(true)) return { counters: null, ledger: null };
  return withDatabase(async (database) => {
    const errors: StoreError[] = [];
    const attempt = async <R>(table: BulkTableName, read: () => Promise<R>): Promise<R | null> => {
      try {
        return await read();
      } catch (error) {
        errors.push(asReadError(error, parquetPath(directory, table), present.includes(false)));
        return null;
      }
    };
    const ledger = await attempt('ledger', () => readLedger(database, directory));
    const counters = await attempt('samples', () => readCounters(database, directory, ledger?.everyMs ?? null, wanted));
    if (errors.length > 0) throw new AggregateError(errors, `${directory}: samples and ledger cannot be used`);
    return { counters, ledger };
  });
}

function asReadError(error: unknown, path: string, oneIsMissing: boolean): StoreError {
  const [text = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const missing = oneIsMissing && text.includes('No files found');
  const remedy =
    'Restore it from a copy; to do without counters move both samples.parquet and ledger.parquet out of the directory.';
  return new StoreError(missing ? 'missing' : 'damaged', path, missing ? 'it does not exist' : text, remedy, {
    cause: error,
  });
}
