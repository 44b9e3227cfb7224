import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { batchEntities, loadSamples, readNotes, samplesQuery } from './compact-samples';
import { literal, withDatabase } from './database';
import { syncDirectory, temporaryName } from './durable-file';
import { ledgerOf, mergeNotes, type LedgerReading } from './ledger';
import type { SampledEntity, StoredNote, TickRange } from './sample-types';
import { asTableError, parquetPath, prepareFile, prepareRows, publishFiles, removeFiles } from './tables';
import type { PreparedFile } from './tables';
import type { LedgerRow } from './types';

const SAMPLES_AT_ONCE = 200_000;

/** Which samples a campaign should have. */
export interface SampleTablesInput {
  readonly campaign: string;
  readonly range: TickRange;
  readonly entities: readonly SampledEntity[];
}

/**
 * Makes samples.parquet, and the complete ledger as Parquet and CSV, of the chunks; no more than one entity's ticks are
 * held in memory here. @returns what was wrong with chunks. @throws StoreError
 */
export async function writeSampleTables(directory: string, input: SampleTablesInput): Promise<readonly string[]> {
  const spill = temporaryName(join(directory, 'spill'));
  const prepared: PreparedFile[] = [];
  try {
    await mkdir(spill);
    return await withDatabase(async (database) => {
      const problems = await loadSamples(database, directory);
      prepared.push(...(await prepareRows(database, directory, 'ledger', ledgerRows(database, input))));
      prepared.push(await prepareSamples(database, directory, spill, input));
      await publishFiles(prepared);
      await syncDirectory(directory);
      return problems;
    }, spill);
  } catch (error) {
    throw await asTableError(error, parquetPath(directory, 'samples'));
  } finally {
    await removeFiles(prepared);
    await rm(spill, { recursive: true, force: true });
  }
}

/** Batch by batch, as what is made of a sample on the way takes many times what is kept of it. */
async function prepareSamples(
  database: DuckDBConnection,
  directory: string,
  spill: string,
  { campaign, range }: SampleTablesInput,
): Promise<PreparedFile> {
  const parts: string[] = [];
  for (const batch of await batchEntities(database, SAMPLES_AT_ONCE)) {
    const part = join(spill, `samples-${String(batch)}.parquet`);
    await database.run(`COPY (${samplesQuery(campaign, range, batch)}) TO ${literal(part)} (FORMAT parquet)`);
    parts.push(part);
  }
  // Each part is in order, and so are they.
  await database.run('SET preserve_insertion_order = true');
  const rows = `(SELECT * FROM read_parquet([${parts.map(literal).join(', ')}]))`;
  return prepareFile(database, parquetPath(directory, 'samples'), rows, '(FORMAT parquet, COMPRESSION zstd)');
}

async function* ledgerRows(
  database: DuckDBConnection,
  { campaign, range, entities }: SampleTablesInput,
): AsyncGenerator<LedgerRow> {
  const notes = mergeNotes(await readNotes(database), range.everyMs);
  const hosts = new Set(entities.filter(({ kind }) => kind === 'host').map(({ name }) => name));
  for (const entity of entities) {
    const rows = ledgerOf(entity, range, await readingsOf(database, entity), notesAbout(entity, notes, hosts));
    for (const row of rows) yield { campaign, ...row };
  }
}

/** A source that is no host of the campaign speaks for the whole site. */
function notesAbout(
  { kind, name }: SampledEntity,
  notes: readonly StoredNote[],
  hosts: ReadonlySet<string>,
): StoredNote[] {
  return notes.filter(({ source, scope, vm }) => {
    if (kind === 'host') return scope === 'all' && (source === name || !hosts.has(source));
    return scope !== 'vm' || vm === name;
  });
}

async function readingsOf(
  database: DuckDBConnection,
  { kind, name }: SampledEntity,
): Promise<ReadonlyMap<number, LedgerReading>> {
  const reader = await database.runAndReadAll(
    `SELECT tick, source, counters::DOUBLE, collected FROM readings WHERE kind = ${literal(kind)} AND entity = ${literal(name)}`,
  );
  return new Map(
    reader
      .getRows()
      .map(([tick, source, counters, collected]) => [
        Number(tick),
        { source: String(source), counters: Number(counters), collectedMs: Number(collected) },
      ]),
  );
}
