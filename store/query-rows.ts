import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs a query whose columns are text, DOUBLE or BOOLEAN, as `Row` says. */
export async function queryRows<Row>(database: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await database.runAndReadAll(sql);
  return reader.getRowObjects() as unknown as Row[];
}
