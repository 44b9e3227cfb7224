import { spawn, spawnSync } from 'node:child_process';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createResultStore } from '../../store/result-store';
import type { StoredReading } from '../../store/sample-types';

/** Where samples of one run are kept. */
export interface SampleSink {
  /** Resolves when the batch is kept as well as this sink keeps anything. */
  keep(readings: readonly StoredReading[]): Promise<void>;
  close(): Promise<void>;
}

/** drover: each batch appended to the chunk that grows, durable (fsynced) when it is kept. */
export async function openDrover(directory: string): Promise<SampleSink> {
  await mkdir(join(directory, 'chunks'), { recursive: true });
  const store = createResultStore({ root: directory, onProblem: () => undefined });
  return {
    keep: (readings) => store.appendSamples(directory, { readings, notes: [], collectedMs: Date.now() }),
    close: () => Promise.resolve(),
  };
}

/** Where `openJsonLines` keeps its rows. */
export const jsonLinesPath = (directory: string): string => join(directory, 'samples.ndjson');

/** A file to which each sample is appended as a line of JSON; nothing is fsynced, a power cut loses what it likes. */
export async function openJsonLines(directory: string): Promise<SampleSink> {
  await mkdir(directory, { recursive: true });
  return {
    keep: (readings) => appendFile(jsonLinesPath(directory), linesOf(readings)),
    close: () => Promise.resolve(),
  };
}

/** True if this machine has what `openSqlite` needs. */
export const hasSqlite = (): boolean => spawnSync('python3', ['-c', 'import sqlite3']).status === 0;

const SQLITE = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE samples (kind, entity, counter, instance, unit, tick, taken, source, value, PRIMARY KEY (entity, counter, instance, tick))")
for line in sys.stdin:
    batch = json.loads(line)
    db.execute("BEGIN")
    for kind, entity, tick, taken, source, counters, values in batch:
        db.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(kind, entity, name, instance, unit, tick, taken, source, value)
             for (name, instance, unit), value in zip(counters, values)])
    db.execute("COMMIT")
    print(flush=True)
`;

/** SQLite with a primary key, by Python's own module: each batch a transaction, fsynced when it is kept. */
export async function openSqlite(directory: string): Promise<SampleSink> {
  await mkdir(directory, { recursive: true });
  const child = spawn('python3', ['-c', SQLITE, join(directory, 'samples.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject).once('exit', (code) => reject(new Error(`sqlite ended with ${String(code)}`)));
  });
  ended.catch(() => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    keep: async (readings) => {
      const batch = readings.map(({ entityKind, entity, tickMs, takenAtMs, source, counters, values }) => {
        const names = counters.map(({ counter, instance, unit }) => [counter, instance, unit]);
        return [entityKind, entity, tickMs, takenAtMs, source, names, values];
      });
      child.stdin.write(`${JSON.stringify(batch)}\n`);
      await Promise.race([answers.next(), ended]);
    },
    close: async () => {
      const over = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await over;
    },
  };
}

function linesOf(readings: readonly StoredReading[]): string {
  return readings
    .flatMap(({ entityKind, entity, tickMs, takenAtMs, source, counters, values }) =>
      counters.map(({ counter, instance, unit, kind }, index) => {
        const of = { entity_kind: entityKind, entity, counter, instance, tick: tickMs, taken: takenAtMs };
        return `${JSON.stringify({ ...of, value: values[index], unit, kind, source })}\n`;
      }),
    )
    .join('');
}
