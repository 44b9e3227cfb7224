import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { TABLE_NAMES } from '../../store/table-columns';
import { asTableError, readTable, writeTables, type AllRows } from '../../store/tables';
import { fixture } from '../report/fixture';
import { actionRow, silenceRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const none: AllRows = { migrations: [], actions: [], silences: [], probes: [], clocks: [], blackouts: [] };

it('writes every table as Parquet and CSV and leaves no other file', async () => {
  await writeTables(directory(), none);
  const expected = TABLE_NAMES.flatMap((name) => [`${name}.csv`, `${name}.parquet`]);
  expect((await readdir(directory())).sort()).toEqual(expected.sort());
  expect(await readTable(directory(), 'migrations')).toEqual([]);
});

it('reads from Parquet what it wrote: times to the millisecond, everything else exactly', async () => {
  const { migrations, silences, probes, actions } = fixture();
  await writeTables(directory(), { migrations, silences, probes, actions, clocks: [], blackouts: [] });
  const rounded = migrations.map((row) => ({
    ...row,
    requested: row.requested === null ? null : Math.round(row.requested),
    finished: row.finished === null ? null : Math.round(row.finished),
  }));
  expect(await readTable(directory(), 'migrations')).toEqual(rounded);
  expect(await readTable(directory(), 'probes')).toEqual(probes);
});

it('writes CSV with ISO 8601 times in UTC, and nothing where nothing is known', async () => {
  await writeTables(directory(), { ...none, actions: [actionRow('a,"b"'), actionRow('c', { vm: null, due: null })] });
  expect((await readFile(join(directory(), 'actions.csv'), 'utf8')).split('\n')).toEqual([
    'campaign,action,kind,vm,to,due,effective_due,happened,lateness_ms,outcome',
    'c,"a,""b""",migrate,g1,h2,2026-03-02T09:00:00.000Z,2026-03-02T09:00:00.000Z,2026-03-02T09:00:00.000Z,0.4,succeeded',
    'c,c,migrate,,h2,,2026-03-02T09:00:00.000Z,2026-03-02T09:00:00.000Z,0.4,succeeded',
    '',
  ]);
});

it('types the Parquet columns, also of a table without rows or with nothing but nulls', async () => {
  await writeTables(directory(), { ...none, silences: [silenceRow(1_772_442_000_000.75)] });
  const database = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(directory(), 'silences.parquet');
  const described = await database.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`);
  const types = new Map(described.getRows().map(([name, type]) => [name, type]));
  expect(types.get('start')).toBe('TIMESTAMP WITH TIME ZONE');
  expect(types.get('guest_stop_ms')).toBe('DOUBLE');
  expect(types.get('lost_probes')).toBe('BIGINT');
  expect(types.get('open')).toBe('BOOLEAN');
  database.closeSync();
});

it('replaces earlier tables at once and keeps quotes in the path', async () => {
  const quoted = join(directory(), "o'brien");
  await mkdir(quoted);
  await writeTables(quoted, { ...none, actions: [actionRow('a')] });
  await writeTables(quoted, { ...none, actions: [actionRow('b')] });
  expect((await readTable(quoted, 'actions')).map(({ action }) => action)).toEqual(['b']);
});

it('names a missing and a damaged file', async () => {
  await expect(readTable(directory(), 'actions')).rejects.toMatchObject({ code: 'missing' });
  await writeFile(join(directory(), 'actions.parquet'), 'PAR1 but not really');
  await expect(readTable(directory(), 'actions')).rejects.toMatchObject({
    code: 'damaged',
    path: join(directory(), 'actions.parquet'),
  });
});

it('names the directory that cannot be written to', async () => {
  await expect(writeTables(join(directory(), 'gone'), none)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'missing',
  });
});

it('writes rows some at a time: all of them may be more than one text can hold', async () => {
  const written = (): number => {
    const source = readdirSync(directory()).find((name) => name.startsWith('.silences.'));
    return source === undefined ? 0 : statSync(join(directory(), source)).size;
  };
  const seen: number[] = [];
  const silences = Array.from({ length: 2_500 }, (_, n) => {
    const row = silenceRow(n);
    const toJSON = () => {
      seen.push(written());
      return row;
    };
    return { ...row, toJSON };
  });
  await writeTables(directory(), { ...none, silences });
  expect(seen).toHaveLength(2_500);
  expect(seen.at(-1)).toBeGreaterThan(100_000);
  expect((await readTable(directory(), 'silences')).map(({ start }) => start)).toEqual(
    silences.map(({ start }) => start),
  );
});

it.each([
  ['IO Error: Could not write file "/r/probes.csv": No space left on device', 'disk-full'],
  ['IO Error: Could not write file "/r/probes.csv": Disk quota exceeded', 'disk-full'],
  [
    "Out of Memory Error: failed to offload data block (7.0 MiB/7.1 MiB used).\nThis limit was set by the 'max_temp_directory_size' setting.",
    'disk-full',
  ],
  ['IO Error: Could not write file "/r/probes.csv": Input/output error', 'io'],
])('takes the words of DuckDB for what they are: %s', async (words, code) => {
  expect(await asTableError(new Error(words), join(directory(), 'probes.csv'))).toMatchObject({ code });
});
