import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRow } from './check-row';
import { chunkName, CHUNK_DIRECTORY } from './chunk-name';
import { ChunkStream, type ChunkLimits } from './chunk-stream';
import { createFile } from './durable-file';
import { sampleChunk } from './sample-chunk';
import type { SampleBatch } from './sample-types';
import { asStoreError, StoreError } from './store-error';
import type { TableName, Tables } from './types';

const HOUR_MS = 3_600_000;
/**
 * Rows are read on the thread that fires migrations, and a MiB of them keeps it for 20 to 40 ms. Samples are not; there a
 * larger chunk repeats names of counters less often, and an hour bounds what is lost where they are damaged.
 */
const LIMITS = { rows: { bytes: 2 ** 20, ageMs: HOUR_MS }, samples: { bytes: 2 ** 23, ageMs: HOUR_MS } } as const;

/** Appends rows to the tables of one result directory, durable when a call resolves. */
export interface ChunkWriter {
  /** @throws StoreError `invalid-row` before anything is written, `exists` if another writer has this epoch */
  append<T extends TableName>(table: T, rows: readonly Tables[T][]): Promise<void>;
  /** @throws StoreError `exists` if another writer has this epoch */
  appendSamples(batch: SampleBatch): Promise<void>;
}

/** Claims a writer epoch that is higher than every other one of the directory; rows of a higher epoch win. @throws StoreError */
export async function claimWriterEpoch(directory: string): Promise<number> {
  const epochs = join(directory, CHUNK_DIRECTORY, 'epochs');
  try {
    await mkdir(epochs, { recursive: true });
    for (;;) {
      const taken = (await readdir(epochs)).map(Number).filter(Number.isSafeInteger);
      const epoch = Math.max(0, ...taken) + 1;
      const claimed = await createFile(join(epochs, String(epoch)), '').then(() => true, isTaken);
      if (claimed) return epoch;
    }
  } catch (error) {
    throw asStoreError(error, epochs);
  }
}

/**
 * Opens a writer with an epoch of its own (see claimWriterEpoch).
 * @param limits - when chunks are full, instead of the usual size and age
 */
export function openChunkWriter({
  directory,
  epoch,
  limits,
}: {
  directory: string;
  epoch: number;
  limits?: ChunkLimits;
}): ChunkWriter {
  const streams = new Map<TableName | 'samples', ChunkStream>();
  const streamOf = (table: TableName | 'samples'): ChunkStream => {
    const pathOf = (sequence: number): string =>
      join(directory, CHUNK_DIRECTORY, chunkName({ table, epoch, sequence }));
    const usual = table === 'samples' ? LIMITS.samples : LIMITS.rows;
    const stream = streams.get(table) ?? new ChunkStream(pathOf, limits ?? usual);
    streams.set(table, stream);
    return stream;
  };
  return {
    async appendSamples(batch) {
      if (batch.readings.length + batch.notes.length === 0) return;
      await streamOf('samples').append(({ sequence, sets }) => sampleChunk(batch, { epoch, sequence }, sets));
    },
    async append(table, rows) {
      if (rows.length === 0) return;
      const lines = rows.map((row) => JSON.stringify(checkedRow(directory, table, row)));
      await streamOf(table).append(({ sequence }) => {
        const header = JSON.stringify({ format: 2, table, epoch, sequence, rows: rows.length });
        return `${[header, ...lines].join('\n')}\n`;
      });
    },
  };
}

function checkedRow<T extends TableName>(directory: string, table: T, row: Tables[T]): Tables[T] {
  const checked = checkRow(table, row);
  if (checked.problem === null) return checked.row;
  const remedy = 'Nothing was written. This is a fault of drover; please report it.';
  throw new StoreError('invalid-row', join(directory, table), checked.problem, remedy);
}

function isTaken(error: unknown): boolean {
  if (error instanceof StoreError && error.code === 'exists') return false;
  throw error;
}
