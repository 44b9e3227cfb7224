import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { needlesIn, type Needle } from './needles';

/** Where a secret was found, one line each: file and form. */
export type Findings = readonly string[];

/** Searches the bytes of every file below a folder, and the values in Parquet files, which are compressed. */
export async function searchFiles(folder: string, needles: readonly Needle[]): Promise<Findings> {
  const found: string[] = [];
  for (const file of filesBelow(folder)) {
    const add = (where: string, haystack: Buffer): void => {
      found.push(...needlesIn(haystack, needles).map((name) => `${where}: ${name}`));
    };
    add(file, readFileSync(file));
    if (file.endsWith('.parquet')) add(`${file} (values)`, await parquetText(file));
  }
  return found;
}

/** Number of files that `searchFiles` looks into. */
export function countFiles(folder: string): number {
  return filesBelow(folder).length;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
}

async function parquetText(file: string): Promise<Buffer> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const quoted = file.replaceAll("'", "''");
    const rows = await connection.runAndReadAll(`SELECT to_json(t)::VARCHAR FROM read_parquet('${quoted}') t`);
    return Buffer.from(rows.getRows().flat().join('\n'));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
