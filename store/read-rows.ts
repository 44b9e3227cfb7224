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

/** Takes a chunk's text apart, a header and its rows again and again: whole and valid lines are kept, everything else is named. */
export function parseChunk<T extends TableName>(table: T, text: string): ReadRows<T> {
  const rows: Tables[T][] = [];
  const problems: string[] = [];
  const lines = text.split('\n');
  const last = lines.pop();
  if (last !== undefined && last !== '') problems.push(cutOff(last.length));
  let headers = 0;
  let promised = 0;
  lines.forEach((line, index) => {
    const value = parseJson(line);
    const more = rowsPromised(value);
    if (more !== null) {
      headers += 1;
      promised += more;
      return;
    }
    const checked = checkRow(table, value);
    if (checked.problem === null) rows.push(checked.row);
    else if (index > 0) problems.push(`line ${index + 1}: ${checked.problem}`);
  });
  if (rowsPromised(parseJson(lines[0] ?? '')) === null)
    problems.push('its first line is damaged, so it cannot be told whether rows are missing');
  else if (lines.length - headers !== promised)
    problems.push(`it has ${lines.length - headers} whole rows of the ${promised} written`);
  const rest = problems.length - MOST_PROBLEMS;
  return { rows, problems: rest > 1 ? [...problems.slice(0, MOST_PROBLEMS), `${rest} more problems`] : problems };
}

/** A chunk that was whole once may have lost its end, but the usual reason is not that. */
function cutOff(length: number): string {
  return `its last line is cut off after ${length} characters (a worker killed while it writes leaves that; its rows are stored again)`;
}

/** How many rows a header promises; null: the line is none. */
function rowsPromised(line: unknown): number | null {
  if (typeof line !== 'object' || line === null || !('rows' in line)) return null;
  return typeof line.rows === 'number' ? line.rows : null;
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
