import type { DuckDBConnection } from '@duckdb/node-api';
import type { ChosenPanel } from './choose-counters';
import type { CounterGrid, CounterPoint, CounterSeries } from './counter-types';
import { literal } from './database';
import { bucketOf, drawnValues } from './drawn-samples';
import { queryRows } from './query-rows';

/** Which series are read: panels of some hosts, and counters of all VMs. */
export interface SeriesWanted {
  /** In the order of interest; hosts that are not named follow. */
  readonly hosts: readonly string[];
  readonly panels: readonly ChosenPanel[];
  readonly vmCounters: readonly string[];
}

/** More hosts or VMs are not drawn one by one. */
export const ENTITIES_DRAWN = 12;

type SeriesRow = Omit<CounterSeries, 'panel' | 'points'> & CounterPoint;

/** Reads series as count, minimum, mean and maximum of each bucket; of a network the instance with the most traffic. */
export async function readCounterSeries(
  database: DuckDBConnection,
  samples: string,
  grid: CounterGrid,
  wanted: SeriesWanted,
): Promise<readonly CounterSeries[]> {
  const present = await queryRows<{ kind: 'vm' | 'host'; entity: string }>(
    database,
    'SELECT DISTINCT entity_kind AS kind, entity FROM coarse ORDER BY ALL',
  );
  const of = (kind: string) => present.filter((each) => each.kind === kind).map(({ entity }) => entity);
  const hosts = inOrder(of('host'), wanted.hosts).slice(0, ENTITIES_DRAWN);
  const vms = wanted.vmCounters.length === 0 ? [] : of('vm').slice(0, ENTITIES_DRAWN);
  const instances = await busiestInstances(database, wanted.panels);
  const choices = [
    ...hosts.flatMap((entity) =>
      wanted.panels.flatMap(({ panel, counters }) =>
        counters.map((counter) => {
          const instance = panel === 'network' ? (instances.get(entity) ?? '') : '';
          return { kind: 'host', entity, panel, counter, instance };
        }),
      ),
    ),
    ...vms.flatMap((entity) =>
      wanted.vmCounters.map((counter) => ({ kind: 'vm', entity, panel: counter, counter, instance: '' })),
    ),
  ];
  if (choices.length === 0) return [];
  const keys = choices.map(
    ({ kind, entity, counter, instance }) => `(${[kind, entity, counter, instance].map(literal).join(', ')})`,
  );
  const counters = [...new Set(choices.map(({ counter }) => literal(counter)))];
  const rows = await queryRows<SeriesRow>(
    database,
    `SELECT entity_kind AS "entityKind", entity, counter, instance, bool_or(averaged) AS averaged, max(unit) AS unit,
       CASE WHEN bool_or(kind = 'cumulative') THEN 'per_s' ELSE 'value' END AS drawn,
       ${bucketOf(grid)}::DOUBLE AS bucket,
       count(v)::DOUBLE AS n, min(v) AS "min", avg(v) AS "mean", max(v) AS "max"
     FROM ${drawnValues(samples)}
     WHERE counter IN (${counters.join(', ')}) AND (entity_kind, entity, counter, instance) IN (${keys.join(', ')})
     GROUP BY entity_kind, entity, counter, instance, bucket HAVING count(v) > 0
     ORDER BY entity_kind, entity, counter, instance, bucket`,
  );
  return choices.flatMap((choice) => {
    const own = rows.filter(
      (row) =>
        row.entityKind === choice.kind &&
        row.entity === choice.entity &&
        row.counter === choice.counter &&
        row.instance === choice.instance,
    );
    const [first] = own;
    if (first === undefined) return [];
    const { entityKind, entity, counter, instance, averaged, unit, drawn } = first;
    const points = own.map(({ bucket, n, min, mean, max }) => ({ bucket, n, min, mean, max }));
    return [{ entityKind, entity, panel: choice.panel, counter, instance, averaged, unit, drawn, points }];
  });
}

/** Those named first come first. */
function inOrder(present: readonly string[], named: readonly string[]): readonly string[] {
  const first = named.filter((name) => present.includes(name));
  return [...first, ...present.filter((name) => !first.includes(name))];
}

/** Bridges, links of guests and the uplink carry the same packets, so that neither sum nor mean over them is traffic. */
async function busiestInstances(
  database: DuckDBConnection,
  panels: readonly ChosenPanel[],
): Promise<ReadonlyMap<string, string>> {
  const counters = panels.find(({ panel }) => panel === 'network')?.counters ?? [];
  if (counters.length === 0) return new Map();
  const rows = await queryRows<{ entity: string; instance: string }>(
    database,
    `SELECT entity, instance FROM coarse
     WHERE entity_kind = 'host' AND instance <> '' AND counter IN (${counters.map(literal).join(', ')})
     GROUP BY entity, instance HAVING sum(total) > 0
     QUALIFY row_number() OVER (PARTITION BY entity ORDER BY sum(total) DESC, instance) = 1`,
  );
  return new Map(rows.map(({ entity, instance }) => [entity, instance]));
}
