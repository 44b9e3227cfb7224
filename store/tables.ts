import type { DuckDBConnection } from '@duckdb/node-api';
import { access, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkRow } from './check-row';
import { identifier, literal, withDatabase } from './database';
import { syncDirectory, syncFile, temporaryName } from './durable-file';
import { asStoreError, StoreError } from './store-error';
import { columnsOf, TABLE_NAMES, type ColumnType } from './table-columns';
import type { BulkTableName, BulkTables, TableName, Tables } from './types';
import { writeLines } from './write-lines';

/** All rows of all tables. */
export type AllRows = { readonly [T in TableName]: readonly Tables[T][] };

type AnyTable = Tables & BulkTables;

const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  time: 'TIMESTAMP WITH TIME ZONE',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
};
const NO_SPACE_LEFT_BYTES = 65_536;
const FULL_DISK = [
  ['No space left on device', 'ENOSPC'],
  ['max_temp_directory_size', 'ENOSPC'],
  ['Disk quota exceeded', 'EDQUOT'],
] as const;

/** Where a table's Parquet file is. */
export function parquetPath(directory: string, table: TableName | BulkTableName): string {
  return join(directory, `${table}.parquet`);
}

/** A file that is written and durable, but not under its name yet. */
export interface PreparedFile {
  readonly path: string;
  readonly fresh: string;
}

/** Writes every table as Parquet and CSV; if one cannot be written (a full disk), all stay as they were. @throws StoreError */
export async function writeTables(directory: string, tables: AllRows): Promise<void> {
  const prepared: PreparedFile[] = [];
  try {
    await withDatabase(async (database) => {
      for (const table of TABLE_NAMES) prepared.push(...(await prepareRows(database, directory, table, tables[table])));
    });
    await publishFiles(prepared);
    await syncDirectory(directory);
  } catch (error) {
    throw asStoreError(error, directory);
  } finally {
    await removeFiles(prepared);
  }
}

/** Reads a table from its Parquet file. @throws StoreError `missing` or `damaged` */
export async function readTable<T extends TableName>(directory: string, table: T): Promise<Tables[T][]> {
  const path = parquetPath(directory, table);
  await access(path).catch((error: unknown) => {
    throw asStoreError(error, path);
  });
  const damaged = (problem: string, cause?: unknown) =>
    new StoreError('damaged', path, problem, 'Restore it from a copy; the chunks beside it are not affected.', {
      cause,
    });
  const rows = await withDatabase(async (database) => {
    const present = await database.runAndReadAll(`SELECT * FROM read_parquet(${literal(path)}) LIMIT 0`);
    const select = columnsOf(table)
      .filter(([name]) => present.columnNames().includes(name))
      .map(([name, { type }]) => `${readExpression(name, type)} AS ${identifier(name)}`);
    const reader = await database.runAndReadAll(`SELECT ${select.join(', ')} FROM read_parquet(${literal(path)})`);
    return reader.getRowObjects();
  }).catch((error: unknown) => {
    throw damaged(firstLine(error instanceof Error ? error.message : String(error)), error);
  });
  return rows.map((row, index) => {
    const checked = checkRow(table, row);
    if (checked.problem === null) return checked.row;
    throw damaged(`row ${index + 1}: ${checked.problem}`);
  });
}

/** Prepares a table of rows as Parquet and CSV. @throws StoreError */
export async function prepareRows<T extends TableName | BulkTableName>(
  database: DuckDBConnection,
  directory: string,
  table: T,
  rows: Iterable<AnyTable[T]> | AsyncIterable<AnyTable[T]>,
): Promise<readonly PreparedFile[]> {
  const source = temporaryName(join(directory, table));
  try {
    await writeLines(source, rows);
    return await prepareTable(database, directory, table, source);
  } catch (error) {
    throw await asTableError(error, parquetPath(directory, table));
  } finally {
    await rm(source, { force: true });
  }
}

async function prepareTable(
  database: DuckDBConnection,
  directory: string,
  table: TableName | BulkTableName,
  source: string,
): Promise<readonly PreparedFile[]> {
  const columns = columnsOf(table);
  const types = columns.map(
    ([name, { type }]) => `${literal(name)}: ${literal(type === 'time' ? 'DOUBLE' : SQL_TYPE[type])}`,
  );
  const typed = columns.map(([name, { type }]) => `${writeExpression(name, type)} AS ${identifier(name)}`);
  const json = `read_json(${literal(source)}, format = 'newline_delimited', columns = {${types.join(', ')}})`;
  await database.run(`CREATE OR REPLACE TEMP TABLE rows AS SELECT ${typed.join(', ')} FROM ${json}`);
  const parquet = await prepareFile(
    database,
    parquetPath(directory, table),
    'rows',
    '(FORMAT parquet, COMPRESSION zstd)',
  );
  const texts = columns.map(([name, { type }]) => `${csvExpression(name, type)} AS ${identifier(name)}`);
  const csv = `(SELECT ${texts.join(', ')} FROM rows)`;
  try {
    const written = await prepareFile(database, join(directory, `${table}.csv`), csv, '(FORMAT csv, HEADER true)');
    await database.run('DROP TABLE rows');
    return [parquet, written];
  } catch (error) {
    await removeFiles([parquet]);
    throw error;
  }
}

/** Copies a table or query into a file that is durable. */
export async function prepareFile(
  database: DuckDBConnection,
  path: string,
  from: string,
  format: string,
): Promise<PreparedFile> {
  const fresh = temporaryName(path);
  try {
    await database.run(`COPY ${from} TO ${literal(fresh)} ${format}`);
    await syncFile(fresh);
    return { path, fresh };
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Gives prepared files their names; each replaces an earlier one at once. */
export async function publishFiles(prepared: readonly PreparedFile[]): Promise<void> {
  for (const { fresh, path } of prepared) await rename(fresh, path);
}

/** Removes those that were not published. */
export async function removeFiles(prepared: readonly PreparedFile[]): Promise<void> {
  for (const { fresh } of prepared) await rm(fresh, { force: true });
}

/**
 * DuckDB tells of a full disk in words only (those of the C library, or that what it moves to disk has no room there), and
 * mostly frees what it had written before it does. So both its words and the disk are asked.
 */
export async function asTableError(error: unknown, path: string): Promise<StoreError> {
  if ((error as NodeJS.ErrnoException).code !== undefined) return asStoreError(error, path);
  const text = error instanceof Error ? error.message : String(error);
  const { bavail, bsize } = await statfs(dirname(path)).catch(() => ({ bavail: Infinity, bsize: 1 }));
  const told = FULL_DISK.find(([words]) => text.includes(words))?.[1];
  const code = told ?? (bavail * bsize < NO_SPACE_LEFT_BYTES ? 'ENOSPC' : undefined);
  return asStoreError(code === undefined ? error : Object.assign(new Error(text, { cause: error }), { code }), path);
}

function writeExpression(name: string, type: ColumnType): string {
  if (type !== 'time') return identifier(name);
  return `to_timestamp(round(${identifier(name)}) / 1000)`;
}

function readExpression(name: string, type: ColumnType): string {
  if (type === 'time') return `epoch_ms(${identifier(name)})::DOUBLE`;
  return type === 'integer' ? `${identifier(name)}::DOUBLE` : identifier(name);
}

function csvExpression(name: string, type: ColumnType): string {
  if (type !== 'time') return identifier(name);
  return `strftime(${identifier(name)} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')`;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
