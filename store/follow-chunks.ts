import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_DIRECTORY, isSampleChunk, parseChunkName } from './chunk-name';
import { isThere } from './is-there';
import { parseChunk } from './read-rows';
import { readingsOfChunk, type ChunkSets } from './sample-chunk';
import type { StoredReading } from './sample-types';
import { statePath } from './state-path';
import { asStoreError } from './store-error';
import type { MigrationRow } from './types';

/** What chunks brought since the last look, in the order of their writing; a row may come again. */
export interface NewRows {
  readonly readings: readonly StoredReading[];
  readonly migrations: readonly MigrationRow[];
  /** The site's counters are sampled. */
  readonly sampled: boolean;
}

/** How far a chunk was read. */
interface Followed {
  bytes: number;
  readonly sets: ChunkSets;
}

/** Looks again and again for what chunks have that they had not before. @throws StoreError if the directory cannot be read */
export function followChunks(directory: string): () => Promise<NewRows> {
  const chunks = join(directory, CHUNK_DIRECTORY);
  const followed = new Map<string, Followed>();
  return async () => {
    const names = await readdir(chunks).catch((error: unknown) => {
      throw asStoreError(error, chunks);
    });
    const readings: StoredReading[] = [];
    const migrations: MigrationRow[] = [];
    // Names sort in the order of writing.
    for (const name of names.sort()) {
      const isSamples = isSampleChunk(name);
      if (!isSamples && parseChunkName(name)?.table !== 'migrations') continue;
      const known = followed.get(name) ?? { bytes: 0, sets: new Map() };
      followed.set(name, known);
      const lines = await readLines(join(chunks, name), known.bytes);
      known.bytes += lines.length;
      // One by one: there may be more than one call can take.
      if (isSamples) for (const reading of readingsOfChunk(lines.toString(), known.sets)) readings.push(reading);
      else for (const row of parseChunk('migrations', lines.toString()).rows) migrations.push(row);
    }
    return { readings, migrations, sampled: await isThere(statePath(directory, 'samples')) };
  };
}

/** The whole lines of a file from a byte on; a line that is being written is left for the next time. @throws StoreError */
async function readLines(path: string, from: number): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const length = (await file.stat()).size - from;
      if (length <= 0) return Buffer.alloc(0);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asStoreError(error, path);
  }
}
