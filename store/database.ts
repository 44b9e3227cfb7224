import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs queries in a database of its own, in memory; `spill`: a directory for what does not fit. */
export async function withDatabase<R>(use: (database: DuckDBConnection) => Promise<R>, spill?: string): Promise<R> {
  // Loaded when it is first needed: a worker that starts, or a command that shows help, does not wait for it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(spill === undefined ? {} : { temp_directory: spill, memory_limit: '512MB', preserve_insertion_order: 'false' }),
  });
  const database = await instance.connect();
  try {
    await database.run("SET TimeZone = 'UTC'");
    return await use(database);
  } finally {
    database.closeSync();
    instance.closeSync();
  }
}

/** Text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as SQL writes it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
