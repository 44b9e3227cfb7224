import type { DuckDBConnection } from '@duckdb/node-api';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSamples, readNotes, samplesQuery } from './compact-samples';
import { literal, withDatabase } from './database';
import { syncDirectory, temporaryName } from './durable-file';
import { ledgerOf, mergeNotes, type LedgerReading } from './ledger';
import type { SampledEntity, StoredNote, TickRange } from './sample-types';
import { asTableError, parquetPath, prepareFile, prepareRows, publishFiles, removeFiles } from './tables';
import type { PreparedFile } from './tables';
import type { LedgerRow } from './types';

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
    return await withDatabase(async (database) => {
      const problems = await loadSamples(database, directory);
      const samples = `(${samplesQuery(input.campaign, input.range)})`;
      const path = parquetPath(directory, 'samples');
      prepared.push(await prepareFile(database, path, samples, '(FORMAT parquet, COMPRESSION zstd)'));
      prepared.push(...(await prepareRows(database, directory, 'ledger', ledgerRows(database, input))));
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
