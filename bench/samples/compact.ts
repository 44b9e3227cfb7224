import { DuckDBInstance } from '@duckdb/node-api';
import { writeSampleTables } from '../../store/write-sample-tables';
import { EVERY_MS, FIRST_TICK_MS, hostName, HOSTS, vmName, VMS_PER_HOST } from './made-frames';
import { jsonLinesPath } from './store-contenders';

/** `compact.ts HOW DIRECTORY TICKS`: makes Parquet of what a sink kept, and prints how long that took, milliseconds. */
async function main(): Promise<void> {
  const [, , how, directory = '', ticks] = process.argv;
  const startedMs = performance.now();
  await (how === 'drover' ? compactChunks(directory, Number(ticks)) : copyJsonLines(directory));
  console.log(String(performance.now() - startedMs));
}

/** Repeated rows removed, rates and means made, every tick of every entity accounted for, all fsynced. */
async function compactChunks(directory: string, ticks: number): Promise<void> {
  const hosts = Array.from({ length: HOSTS }, (_, host) => host);
  const entities = hosts.flatMap((host) => [
    { kind: 'host', name: hostName(host) } as const,
    ...Array.from({ length: VMS_PER_HOST }, (_, vm) => ({ kind: 'vm', name: vmName(host, vm) }) as const),
  ]);
  const range = { fromMs: FIRST_TICK_MS, untilMs: FIRST_TICK_MS + (ticks - 1) * EVERY_MS, everyMs: EVERY_MS };
  const problems = await writeSampleTables(directory, { campaign: 'bench', range, entities });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** The rows as they are. */
async function copyJsonLines(directory: string): Promise<void> {
  const database = await (await DuckDBInstance.create(':memory:')).connect();
  const path = jsonLinesPath(directory);
  await database.run(`
    COPY (SELECT * FROM read_json('${path}', format = 'newline_delimited'))
    TO '${directory}/samples.parquet' (FORMAT parquet, COMPRESSION zstd)`);
}

void main();
