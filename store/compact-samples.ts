import type { DuckDBConnection } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_DIRECTORY, isSampleChunk } from './chunk-name';
import { literal } from './database';
import type { StoredNote, TickRange } from './sample-types';

const LINE_COLUMNS = {
  readings: 'BIGINT',
  notes: 'BIGINT',
  set: 'INTEGER',
  names: 'VARCHAR[][]',
  reading: 'INTEGER',
  kind: 'VARCHAR',
  entity: 'VARCHAR',
  tick: 'DOUBLE',
  taken: 'DOUBLE',
  mono: 'DOUBLE',
  source: 'VARCHAR',
  rank: 'INTEGER',
  provenance: 'VARCHAR',
  collected: 'DOUBLE',
  values: 'DOUBLE[]',
  note: 'VARCHAR',
  scope: 'VARCHAR',
  until: 'DOUBLE',
};

const FILES_AT_ONCE = 1_000;

/**
 * Loads all chunks of samples into the tables `sets`, `readings` (one for each entity and tick: that of the lowest rank,
 * then of the latest writer, then collected last) and `notes`. @returns what was wrong with chunks, one sentence each
 */
export async function loadSamples(database: DuckDBConnection, directory: string): Promise<readonly string[]> {
  const chunks = join(directory, CHUNK_DIRECTORY);
  const files = (await readdir(chunks)).filter(isSampleChunk).sort();
  const columns = Object.entries(LINE_COLUMNS).map(([name, type]) => `"${name}" ${type}`);
  await database.run(`CREATE TEMP TABLE lines (filename VARCHAR, ${columns.join(', ')})`);
  // One statement that names each of the many chunks of an older version would be megabytes long.
  for (let from = 0; from < files.length; from += FILES_AT_ONCE)
    await database.run(insertLines(files.slice(from, from + FILES_AT_ONCE).map((name) => join(chunks, name))));
  const problems = await database.runAndReadAll(PROBLEMS);
  for (const step of STEPS) await database.run(step);
  return problems.getRows().map(([problem]) => String(problem));
}

function insertLines(paths: readonly string[]): string {
  const names = Object.keys(LINE_COLUMNS).map((name) => `"${name}"`);
  const types = Object.entries(LINE_COLUMNS).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  return `
    INSERT INTO lines SELECT filename, ${names.join(', ')} FROM read_json([${paths.map(literal).join(', ')}],
      format = 'newline_delimited', columns = {${types.join(', ')}}, filename = true, ignore_errors = true)`;
}

/** Reads the notes of the loaded chunks. */
export async function readNotes(database: DuckDBConnection): Promise<StoredNote[]> {
  const reader = await database.runAndReadAll('SELECT * FROM notes');
  return reader.getRowObjects() as unknown as StoredNote[];
}

const PROBLEMS = `
  SELECT filename || ': it has ' || count(reading) || ' whole readings and ' || count(note) || ' notes of the ' ||
    coalesce(sum(readings)::VARCHAR, 'unknown number') || ' and ' || coalesce(sum(notes)::VARCHAR, 'unknown number') || ' written'
  FROM lines GROUP BY filename
  HAVING count(reading) IS DISTINCT FROM sum(readings) OR count(note) IS DISTINCT FROM sum(notes)
  UNION ALL
  SELECT l.filename || ': the names of ' || count(*) || ' readings are damaged'
  FROM lines l ANTI JOIN (SELECT filename, "set" FROM lines WHERE "set" IS NOT NULL AND names IS NOT NULL) s
    ON s.filename = l.filename AND s."set" = l.reading
  WHERE l.reading IS NOT NULL GROUP BY l.filename`;

const STEPS = [
  'CREATE TEMP TABLE sets AS SELECT filename, "set", names FROM lines WHERE "set" IS NOT NULL',
  // A reading whose names or values are damaged is no reading.
  `CREATE TEMP TABLE readings AS
   SELECT l.filename, l.reading AS "set", l.kind, l.entity, l.tick, l.taken, l.mono, l.source, l.provenance, l.collected,
     l."values", len(l."values") AS counters
   FROM lines l JOIN sets s ON s.filename = l.filename AND s."set" = l.reading
   WHERE l.entity IS NOT NULL AND l.tick IS NOT NULL AND len(l."values") = len(s.names)
   QUALIFY row_number() OVER (PARTITION BY l.kind, l.entity, l.tick ORDER BY l.rank, l.source, l.filename DESC, l.collected DESC) = 1`,
  `CREATE TEMP TABLE notes AS
   SELECT DISTINCT source, scope, entity AS vm, tick AS "fromMs", until AS "untilMs", note AS reason
   FROM lines WHERE note IS NOT NULL AND source IS NOT NULL AND tick IS NOT NULL AND until IS NOT NULL`,
  'DROP TABLE lines',
];

/** Sorts the entities of the loaded readings into batches of about so many samples, by kind and name. @returns their numbers, in order; one at least */
export async function batchEntities(database: DuckDBConnection, samplesAtOnce: number): Promise<readonly number[]> {
  await database.run(`
    CREATE TEMP TABLE batches AS
    SELECT kind, entity, sum(sum(counters)) OVER (ORDER BY kind, entity) // ${String(samplesAtOnce)} AS batch
    FROM readings GROUP BY kind, entity`);
  const reader = await database.runAndReadAll(
    'SELECT batch::DOUBLE AS batch FROM batches UNION SELECT 0 ORDER BY batch',
  );
  return reader.getRows().map(([batch]) => Number(batch));
}

/**
 * The query that makes rows of `samples` of a batch of entities, as far as they lie in the range: values, rates since the tick before,
 * means over instances.
 */
export function samplesQuery(campaign: string, { fromMs, untilMs, everyMs }: TickRange, batch: number): string {
  return `
  WITH single AS (
    SELECT kind AS entity_kind, entity, tick, taken, mono, source, provenance, n[1] AS counter, n[2] AS instance,
      n[3] AS unit, n[4] AS counter_kind, v AS value
    FROM (SELECT r.*, unnest(s.names) AS n, unnest(r."values") AS v
          FROM readings r JOIN sets s ON s.filename = r.filename AND s."set" = r."set"
          JOIN batches b ON b.kind = r.kind AND b.entity = r.entity AND b.batch = ${String(batch)})
  ), rated AS (
    SELECT *, CASE WHEN counter_kind = 'cumulative' AND lag(source) OVER w = source AND lag(tick) OVER w = tick - ${String(everyMs)}
      AND mono > lag(mono) OVER w AND value >= lag(value) OVER w
      THEN (value - lag(value) OVER w) * 1000 / (mono - lag(mono) OVER w) END AS per_s
    FROM single WINDOW w AS (PARTITION BY entity_kind, entity, counter, instance ORDER BY tick)
  ), averaged AS (
    SELECT entity_kind, entity, counter, '' AS instance, true AS averaged, tick, min(taken) AS taken, avg(value) AS value,
      any_value(unit) AS unit, any_value(counter_kind) AS counter_kind,
      CASE WHEN count(per_s) = count(*) THEN avg(per_s) END AS per_s,
      any_value(source) AS source, any_value(provenance) AS provenance
    FROM rated GROUP BY entity_kind, entity, counter, tick HAVING bool_and(instance <> '')
  ), together AS (
    SELECT entity_kind, entity, counter, instance, false AS averaged, tick, taken, value, unit, counter_kind, per_s, source, provenance
    FROM rated UNION ALL SELECT * FROM averaged
  )
  SELECT ${literal(campaign)} AS campaign, entity_kind, entity, counter, instance, averaged,
    to_timestamp(round(tick) / 1000) AS tick, to_timestamp(round(taken) / 1000) AS taken, value, unit,
    counter_kind AS kind, per_s, source, provenance
  FROM together WHERE tick BETWEEN ${String(fromMs)} AND ${String(untilMs)}
  ORDER BY entity_kind, entity, counter, instance, tick`;
}
