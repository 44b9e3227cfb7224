import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readCampaign, updateCampaign, writeCampaign } from './campaign-document';
import { claimWriterEpoch, openChunkWriter, type ChunkWriter } from './chunk-writer';
import { replaceFile } from './durable-file';
import { formatDocument, readDocument } from './json-document';
import { readPlan, writePlan } from './plan-document';
import { readRows } from './read-rows';
import { removeLeftovers } from './remove-leftovers';
import { createResultDirectory } from './result-directory';
import type { SampleBatch } from './sample-types';
import { statePath } from './state-path';
import { asStoreError, StoreError } from './store-error';
import { writeTables } from './tables';
import type { TableName, Tables } from './types';
import { writeSampleTables, type SampleTablesInput } from './write-sample-tables';

/** What a worker keeps of its result directories. */
export interface ResultStoreOptions {
  /** The directory that holds one directory a campaign. */
  readonly root: string;
  /** Told once for every damaged chunk or line that readers had to leave out. */
  readonly onProblem: (problem: string) => void;
}

/** All of a worker's result directories under one root; one writer epoch for each directory and process. */
export function createResultStore({ root, onProblem }: ResultStoreOptions) {
  const writers = new Map<string, Promise<ChunkWriter>>();
  const told = new Set<string>();
  const writerOf = (directory: string): Promise<ChunkWriter> => {
    const known = writers.get(directory);
    if (known !== undefined) return known;
    const opened = claimWriterEpoch(directory).then((epoch) => openChunkWriter({ directory, epoch }));
    writers.set(directory, opened);
    // A full disk now must not fail every later append.
    opened.catch(() => writers.delete(directory));
    return opened;
  };

  const tell = (problems: readonly string[]): void => {
    for (const problem of problems.filter((text) => !told.has(text))) {
      told.add(problem);
      onProblem(problem);
    }
  };

  return {
    createDirectory: (campaignId: string, firstRunId: string): Promise<string> =>
      createResultDirectory({ root, campaignId, firstRunId }),
    writePlan,
    readPlan,
    writeCampaign,
    updateCampaign,
    readCampaign,
    async append<T extends TableName>(directory: string, table: T, rows: readonly Tables[T][]): Promise<void> {
      await (await writerOf(directory)).append(table, rows);
    },
    async rows<T extends TableName>(directory: string, table: T): Promise<readonly Tables[T][]> {
      const { rows, problems } = await readRows(directory, table);
      tell(problems);
      return rows;
    },
    async appendSamples(directory: string, batch: SampleBatch): Promise<void> {
      await (await writerOf(directory)).appendSamples(batch);
    },
    async writeSampleTables(directory: string, input: SampleTablesInput): Promise<void> {
      tell(await writeSampleTables(directory, input));
    },
    writeTables,
    async removeLeftovers(directory: string): Promise<void> {
      tell(await removeLeftovers(directory));
    },
    readState: (directory: string, name: string): Promise<unknown> => readState(statePath(directory, name)),
    async writeState(directory: string, name: string, state: unknown): Promise<void> {
      const path = statePath(directory, name);
      await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
        throw asStoreError(error, path);
      });
      await replaceFile(path, formatDocument(state));
    },
  };
}

async function readState(path: string): Promise<unknown> {
  try {
    return await readDocument(path);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return null;
    throw error;
  }
}
