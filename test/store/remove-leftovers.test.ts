import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { temporaryName } from '../../store/durable-file';
import { removeLeftovers } from '../../store/remove-leftovers';

let root = '';
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'drover-leftovers-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what killed writers left goes; results, what someone writes now and what is not ours stay', async () => {
  const longAgo = new Date(Date.now() - 3_600_000);
  const file = (path: string, written = longAgo): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    utimesSync(path, written, written);
    return path;
  };
  const spill = temporaryName(join(root, 'spill'));
  file(join(spill, 'duckdb_temp_storage-0.tmp'));
  utimesSync(spill, longAgo, longAgo);
  const left = ['migrations.parquet', 'chunks/samples-000001-000001.ndjson', 'state/measurement.json'].map((path) =>
    file(temporaryName(join(root, path))),
  );
  const stays = [
    ...['report.html', 'chunks/samples-000001-000001.ndjson', '.notes.tmp', 'state/.tmp'].map((path) =>
      file(join(root, path)),
    ),
    file(temporaryName(join(root, 'report.html')), new Date()),
  ];
  const busy = temporaryName(join(root, 'spill'));
  stays.push(file(join(busy, 'duckdb_temp_storage-0.tmp'), new Date()));
  utimesSync(busy, longAgo, longAgo);
  expect(await removeLeftovers(root)).toEqual([]);
  expect([spill, ...left].filter(existsSync).map((path) => basename(path))).toEqual([]);
  expect(stays.filter((path) => !existsSync(path))).toEqual([]);
});

test('a directory that is not there, or cannot be read, is no problem of whoever finishes', async () => {
  expect(await removeLeftovers(join(root, 'nowhere'))).toEqual([]);
});
