import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRow } from './check-row';
import { chunkName, CHUNK_DIRECTORY } from './chunk-name';
import { createFile } from './durable-file';
import { sampleChunk } from './sample-chunk';
import type { SampleBatch } from './sample-types';
import { asStoreError, StoreError } from './store-error';
import type { TableName, Tables } from './types';

/** Appends rows to the tables of one result directory; each call is one chunk, durable when it resolves. */
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

/** Opens a writer with an epoch of its own (see claimWriterEpoch). */
export function openChunkWriter({ directory, epoch }: { directory: string; epoch: number }): ChunkWriter {
  const sequences = new Map<TableName | 'samples', number>();
  const nextOf = (table: TableName | 'samples'): number => {
    const sequence = (sequences.get(table) ?? 0) + 1;
    sequences.set(table, sequence);
    return sequence;
  };
  return {
    async appendSamples(batch) {
      if (batch.readings.length + batch.notes.length === 0) return;
      const sequence = nextOf('samples');
      const path = join(directory, CHUNK_DIRECTORY, chunkName({ table: 'samples', epoch, sequence }));
      await createFile(path, sampleChunk(batch, { epoch, sequence }));
    },
    async append(table, rows) {
      if (rows.length === 0) return;
      const lines = rows.map((row) => JSON.stringify(checkedRow(directory, table, row)));
      const sequence = nextOf(table);
      const header = JSON.stringify({ format: 1, table, epoch, sequence, rows: rows.length });
      const path = join(directory, CHUNK_DIRECTORY, chunkName({ table, epoch, sequence }));
      await createFile(path, `${[header, ...lines].join('\n')}\n`);
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
