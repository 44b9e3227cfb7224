import { DuckDBInstance } from '@duckdb/node-api';

/**
 * `read-with-duckdb.ts SAMPLES.parquet`: reads every sample and makes of it what a chart needs (extremes and mean of each
 * counter of each entity in 300 buckets), and nothing else. Prints how long that took, milliseconds.
 */
async function main(): Promise<void> {
  const [, , path = ''] = process.argv;
  const instance = await DuckDBInstance.create(':memory:');
  const database = await instance.connect();
  const startedMs = performance.now();
  const reader = await database.runAndReadAll(`
    WITH range AS (SELECT min(epoch_ms(tick)) AS first, max(epoch_ms(tick)) + 1 AS last FROM '${path}')
    SELECT entity_kind, entity, counter, instance, (epoch_ms(tick) - first) * 300 // (last - first) AS bucket,
      min(value), max(value), avg(value), min(per_s), max(per_s), avg(per_s)
    FROM '${path}', range GROUP BY ALL`);
  if (reader.currentRowCount === 0) throw new Error(`${path} has no samples`);
  console.log(String(performance.now() - startedMs));
}

void main();
