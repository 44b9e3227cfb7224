import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRow } from './check-row';
import { CHUNK_DIRECTORY, parseChunkName } from './chunk-name';
import { asStoreError } from './store-error';
import { PRIMARY_KEYS } from './table-columns';
import type { TableName, Tables } from './types';

/** Of one chunk: where more lines are bad, nobody reads about each. */
const MOST_PROBLEMS = 20;

/** Rows of a table and everything that was wrong with its chunks. */
export interface ReadRows<T extends TableName> {
  readonly rows: readonly Tables[T][];
  /** One sentence each, naming the chunk. */
  readonly problems: readonly string[];
}

/** Reads all chunks of a table; of rows with one key the one of the latest epoch and sequence stays. @throws StoreError if the directory cannot be read */
export async function readRows<T extends TableName>(directory: string, table: T): Promise<ReadRows<T>> {
  const chunks = join(directory, CHUNK_DIRECTORY);
  const rows = new Map<string, Tables[T]>();
  const problems: string[] = [];
  for (const name of await listChunks(chunks, table)) {
    const path = join(chunks, name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      problems.push(asStoreError(error, path).message);
      continue;
    }
    const chunk = parseChunk(table, text);
    problems.push(...chunk.problems.map((problem) => `${path}: ${problem}`));
    for (const row of chunk.rows) {
      const key = rowKey(table, row);
      // Deleted first, so that rows come out in the order of their last writing.
      rows.delete(key);
      rows.set(key, row);
    }
  }
  return { rows: [...rows.values()], problems };
}

async function listChunks(chunks: string, table: TableName): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(chunks);
  } catch (error) {
    throw asStoreError(error, chunks);
  }
  return names
    .map((name) => ({ name, id: parseChunkName(name) }))
    .flatMap(({ name, id }) => (id?.table === table ? [{ name, id }] : []))
    .sort((a, b) => a.id.epoch - b.id.epoch || a.id.sequence - b.id.sequence)
    .map(({ name }) => name);
}

/** Takes a chunk's text apart: whole and valid lines are kept, everything else is named. */
export function parseChunk<T extends TableName>(table: T, text: string): ReadRows<T> {
  const rows: Tables[T][] = [];
  const problems: string[] = [];
  const [headerLine = '', ...lines] = text.split('\n');
  const expected = rowsPromised(headerLine);
  const last = lines.pop();
  if (last !== undefined && last !== '') problems.push(`its last line is cut off after ${last.length} characters`);
  lines.forEach((line, index) => {
    const checked = checkRow(table, parseJson(line));
    if (checked.problem === null) rows.push(checked.row);
    else problems.push(`line ${index + 2}: ${checked.problem}`);
  });
  if (expected === null) problems.push('its first line is damaged, so it cannot be told whether rows are missing');
  else if (lines.length !== expected) problems.push(`it has ${lines.length} whole rows of the ${expected} written`);
  const rest = problems.length - MOST_PROBLEMS;
  return { rows, problems: rest > 1 ? [...problems.slice(0, MOST_PROBLEMS), `${rest} more problems`] : problems };
}

function rowsPromised(headerLine: string): number | null {
  const header = parseJson(headerLine);
  if (typeof header !== 'object' || header === null || !('rows' in header)) return null;
  return typeof header.rows === 'number' ? header.rows : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function rowKey<T extends TableName>(table: T, row: Tables[T]): string {
  return JSON.stringify(PRIMARY_KEYS[table].map((column) => row[column]));
}
