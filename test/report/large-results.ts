import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createResultStore } from '../../store/result-store';
import { fixtureOf } from './fixture';

/** How large a generated result directory is. */
export interface LargeResultsInput {
  readonly hosts: number;
  readonly vms: number;
  readonly ticks: number;
  /** Of each host; each VM has a fifth of them. */
  readonly counters: number;
  readonly migrations: number;
}

/** About 4.0 million samples: 20 hosts and 100 VMs, every 20 s for 11 hours. */
export const FOUR_MILLION: LargeResultsInput = { hosts: 20, vms: 100, ticks: 2000, counters: 50, migrations: 500 };

const EVERY_MS = 20_000;

/** Writes a finished campaign of made-up rows. @returns how many samples it has */
export async function writeLargeResults(directory: string, input: LargeResultsInput): Promise<number> {
  await mkdir(join(directory, 'chunks'), { recursive: true });
  const store = createResultStore({ root: directory, onProblem: () => undefined });
  const { campaign, plan, migrations, actions, silences, probes, clocks, blackouts } = fixtureOf(input.migrations);
  await store.writeCampaign(directory, campaign);
  await writeFile(join(directory, 'plan.json'), JSON.stringify(plan));
  await store.writeTables(directory, { migrations, actions, silences, probes, clocks, blackouts });
  const database = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    await database.run("SET TimeZone = 'UTC'");
    await database.run(entitiesSql(input, campaign.timeZero ?? 0));
    await database.run(samplesSql(input, join(directory, 'samples.parquet')));
    await database.run(ledgerSql(join(directory, 'ledger.parquet')));
    const counted = await database.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM '${join(directory, 'samples.parquet')}'`,
    );
    return Number(counted.getRows()[0]?.[0]);
  } finally {
    database.closeSync();
  }
}

/** Entities and ticks; one entity in seven lacks some ticks in the middle. */
function entitiesSql({ hosts, vms, ticks }: LargeResultsInput, zeroMs: number): string {
  return `CREATE TABLE ticked AS
    SELECT *, NOT (number % 7 = 3 AND n BETWEEN ${String(Math.floor(ticks / 3))} AND ${String(Math.floor(ticks / 3) + 9)}) AS there,
      to_timestamp(${String(zeroMs / 1000 - 600)} + n * ${String(EVERY_MS / 1000)}) AS tick
    FROM (SELECT 'host' AS entity_kind, 'h' || (i + 1) AS entity, i AS number FROM range(${String(hosts)}) r(i)
          UNION ALL SELECT 'vm', 'g' || (i + 1), i FROM range(${String(vms)}) r(i)), range(${String(ticks)}) t(n)`;
}

function samplesSql({ counters }: LargeResultsInput, path: string): string {
  const names = `
    SELECT i, CASE i WHEN 0 THEN 'cpu.time' WHEN 1 THEN 'mem.pss' WHEN 2 THEN 'net.rx.bytes' WHEN 3 THEN 'net.tx.bytes'
                ELSE 'made.up' || i END AS counter,
      CASE i WHEN 0 THEN 'ns' WHEN 1 THEN 'KiB' WHEN 2 THEN 'bytes' WHEN 3 THEN 'bytes' ELSE 'count' END AS unit,
      CASE WHEN i = 1 OR i % 3 = 1 THEN 'gauge' ELSE 'cumulative' END AS kind
    FROM range(${String(counters)}) r(i)`;
  const size = `CASE unit WHEN 'ns' THEN 1e9 WHEN 'KiB' THEN 4e6 WHEN 'bytes' THEN 2e7 ELSE 100 END`;
  return `COPY (
    SELECT 'fixture-staircase' AS campaign, entity_kind, entity, counter, '' AS instance, false AS averaged, tick,
      tick AS taken, ${size} * (1 + sin(n / 97.0 + number) + random() / 5) AS value, unit, kind,
      CASE WHEN kind = 'cumulative' THEN ${size} * (1 + sin(n / 97.0 + number) + random() / 5) END AS per_s,
      entity AS source, 'observed' AS provenance
    FROM ticked, (${names}) WHERE there AND (entity_kind = 'host' OR i < ${String(Math.floor(counters / 5))})
    ORDER BY entity_kind, entity, counter, tick) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`;
}

function ledgerSql(path: string): string {
  return `COPY (
    SELECT 'fixture-staircase' AS campaign, entity_kind, entity, tick, CASE WHEN there THEN 'value' ELSE 'gap' END AS state,
      CASE WHEN there THEN entity END AS source, CASE WHEN there THEN 10 END AS counters,
      CASE WHEN there THEN tick END AS collected, CASE WHEN NOT there THEN 'the recorder was away' END AS reason
    FROM ticked ORDER BY entity_kind, entity, tick) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`;
}
