import { TABLE_NAMES } from './table-columns';
import type { TableName } from './types';

/** Where chunks lie inside a result directory. */
export const CHUNK_DIRECTORY = 'chunks';

/** Which rows a chunk holds and in which order it was written. */
export interface ChunkId {
  readonly table: TableName;
  readonly epoch: number;
  readonly sequence: number;
}

/** `<table>-<writer epoch>-<sequence>.ndjson`, padded so that names sort in order of writing. */
export function chunkName({
  table,
  epoch,
  sequence,
}: Omit<ChunkId, 'table'> & { table: TableName | 'samples' }): string {
  return `${table}-${String(epoch).padStart(6, '0')}-${String(sequence).padStart(6, '0')}.ndjson`;
}

/** What a chunk's name says; null where it is not a chunk's name. */
export function parseChunkName(name: string): ChunkId | null {
  const match = /^([a-z]+)-(\d{6,})-(\d{6,})\.ndjson$/.exec(name);
  const table = TABLE_NAMES.find((known) => known === match?.[1]);
  if (match === null || table === undefined) return null;
  return { table, epoch: Number(match[2]), sequence: Number(match[3]) };
}

/** Whether a name is that of a chunk of samples. */
export function isSampleChunk(name: string): boolean {
  return /^samples-\d+-\d+\.ndjson$/.test(name);
}
