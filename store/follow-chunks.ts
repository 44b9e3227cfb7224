import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_DIRECTORY, parseChunkName } from './chunk-name';
import { isThere } from './is-there';
import { parseChunk } from './read-rows';
import { readingsOfChunk } from './sample-chunk';
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

/** Looks again and again for chunks that were not there before; each is read once. @throws StoreError if the directory cannot be read */
export function followChunks(directory: string): () => Promise<NewRows> {
  const chunks = join(directory, CHUNK_DIRECTORY);
  const seen = new Set<string>();
  return async () => {
    const names = await readdir(chunks).catch((error: unknown) => {
      throw asStoreError(error, chunks);
    });
    const readings: StoredReading[] = [];
    const migrations: MigrationRow[] = [];
    // Names sort in the order of writing.
    for (const name of names.sort()) {
      const isSamples = /^samples-\d+-\d+\.ndjson$/.test(name);
      if (seen.has(name) || (!isSamples && parseChunkName(name)?.table !== 'migrations')) continue;
      // A chunk is whole as soon as it has its name.
      const text = await readFile(join(chunks, name), 'utf8').catch((error: unknown) => {
        throw asStoreError(error, join(chunks, name));
      });
      seen.add(name);
      if (isSamples) readings.push(...readingsOfChunk(text));
      else migrations.push(...parseChunk('migrations', text).rows);
    }
    return { readings, migrations, sampled: await isThere(statePath(directory, 'samples')) };
  };
}
