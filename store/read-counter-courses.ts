import type { DuckDBConnection } from '@duckdb/node-api';
import type { CounterGrid, CounterPoint, CounterSummary } from './counter-types';
import { bucketOf, drawnValues } from './drawn-samples';
import { queryRows } from './query-rows';

/** Which counter of which kind of entity. */
export type CourseKey = Pick<CounterSummary, 'entityKind' | 'counter'>;

/** The key of a counter's courses. */
export const courseKey = ({ entityKind, counter }: CourseKey): string => `${entityKind} ${counter}`;

/** Up to so many entities have a course of their own. */
const SINGLE_COURSES = 8;

/** The catalogue of all counters, and their courses by `courseKey`. */
export interface CounterCourses {
  readonly catalogue: readonly Omit<CounterSummary, 'courses'>[];
  readonly courses: ReadonlyMap<string, readonly (readonly CounterPoint[])[]>;
}

/** Puts all samples of whole entities together, by counter, entity and bucket; one pass over the file. */
export async function readCourses(
  database: DuckDBConnection,
  samples: string,
  grid: CounterGrid,
): Promise<CounterCourses> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE coarse AS
    SELECT entity_kind, entity, counter, max(unit) AS unit, max(kind) = 'cumulative' AS cumulative, instance,
      ${bucketOf(grid)}::INTEGER AS bucket,
      count(v) AS n, min(v) AS lo, sum(v) AS total, max(v) AS hi
    FROM ${drawnValues(samples)}
    GROUP BY entity_kind, entity, counter, instance, bucket`);
  const catalogue = await queryRows<Omit<CounterSummary, 'courses'>>(
    database,
    `SELECT entity_kind AS "entityKind", counter, max(unit) AS unit,
       CASE WHEN bool_or(cumulative) THEN 'per_s' ELSE 'value' END AS drawn, count(DISTINCT entity)::DOUBLE AS entities,
       max(instances)::DOUBLE AS instances, coalesce(sum(n), 0)::DOUBLE AS n, min(lo) AS "min",
       sum(total) / nullif(sum(n), 0) AS "mean", max(hi) AS "max"
     FROM (SELECT entity_kind, entity, counter, max(unit) AS unit, bool_or(cumulative) AS cumulative,
             count(DISTINCT instance) FILTER (instance <> '') AS instances, sum(n) FILTER (instance = '') AS n,
             min(lo) FILTER (instance = '') AS lo, sum(total) FILTER (instance = '') AS total,
             max(hi) FILTER (instance = '') AS hi
           FROM coarse GROUP BY entity_kind, entity, counter)
     GROUP BY entity_kind, counter ORDER BY entity_kind, counter`,
  );
  const rows = await queryRows<CourseKey & { course: string } & CounterPoint>(
    database,
    `SELECT c.entity_kind AS "entityKind", c.counter, CASE WHEN few THEN entity ELSE '' END AS course,
       bucket::DOUBLE AS bucket, sum(n)::DOUBLE AS n, min(lo) AS "min", sum(total) / sum(n) AS "mean", max(hi) AS "max"
     FROM coarse c JOIN (SELECT entity_kind, counter, count(DISTINCT entity) <= ${String(SINGLE_COURSES)} AS few
                         FROM coarse GROUP BY ALL) f ON f.entity_kind = c.entity_kind AND f.counter = c.counter
     WHERE instance = '' AND n > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
  );
  return { catalogue, courses: inCourses(rows) };
}

function inCourses(
  rows: readonly (CourseKey & { course: string } & CounterPoint)[],
): ReadonlyMap<string, readonly (readonly CounterPoint[])[]> {
  const counters = new Map<string, Map<string, CounterPoint[]>>();
  for (const { entityKind, counter, course, ...point } of rows) {
    const key = courseKey({ entityKind, counter });
    const courses = counters.get(key) ?? new Map<string, CounterPoint[]>();
    const points = courses.get(course) ?? [];
    points.push(point);
    counters.set(key, courses.set(course, points));
  }
  return new Map([...counters].map(([key, courses]) => [key, [...courses.values()]]));
}
