import type { DuckDBConnection } from '@duckdb/node-api';
import { chooseCounters } from './choose-counters';
import { counterGrid } from './counter-grid';
import type { Counters, CounterSummary } from './counter-types';
import { literal } from './database';
import { queryRows } from './query-rows';
import { readCounterSeries } from './read-counter-series';
import { courseKey, readCourses } from './read-counter-courses';
import { parquetPath } from './tables';

/** What a reader wants to see of the counters. */
export interface CountersWanted {
  /** Hosts in the order of interest. */
  readonly hosts: readonly string[];
  /** Counters asked for by name, beside the default ones. */
  readonly counters: readonly string[];
}

const BUCKETS = 320;
const COARSE_BUCKETS = 60;

/**
 * Reads what a report shows of `samples`, put together in the database: the raw values never leave it. Null: no row.
 * @param everyMs - the grid of ticks; null: there is only one tick
 */
export async function readCounters(
  database: DuckDBConnection,
  directory: string,
  everyMs: number | null,
  wanted: CountersWanted,
): Promise<Counters | null> {
  const samples = `read_parquet(${literal(parquetPath(directory, 'samples'))})`;
  const [range] = await queryRows<{ rows: number; fromMs: number | null; untilMs: number | null }>(
    database,
    `SELECT count(*)::DOUBLE AS "rows", epoch_ms(min(tick))::DOUBLE AS "fromMs", epoch_ms(max(tick))::DOUBLE AS "untilMs"
     FROM ${samples}`,
  );
  if (range === undefined || range.fromMs === null || range.untilMs === null) return null;
  const grid = counterGrid(range.fromMs, range.untilMs, everyMs ?? 1, BUCKETS);
  const coarseGrid = counterGrid(range.fromMs, range.untilMs, everyMs ?? 1, COARSE_BUCKETS);
  const { catalogue, courses } = await readCourses(database, samples, coarseGrid);
  const hosts = catalogue.filter(({ entityKind }) => entityKind === 'host');
  const panels = chooseCounters(
    hosts.map(({ counter }) => counter),
    wanted.counters,
  );
  const vms = catalogue.filter(({ entityKind, counter }) => entityKind === 'vm' && wanted.counters.includes(counter));
  const vmCounters = wanted.counters.filter((asked) => vms.some(({ counter }) => counter === asked));
  return {
    rows: range.rows,
    grid,
    coarseGrid,
    series: await readCounterSeries(database, samples, grid, { hosts: wanted.hosts, panels, vmCounters }),
    summaries: catalogue.map((line): CounterSummary => ({ ...line, courses: courses.get(courseKey(line)) ?? [] })),
    hosts: Math.max(0, ...hosts.map(({ entities }) => entities)),
    vms: Math.max(0, ...vms.map(({ entities }) => entities)),
  };
}
