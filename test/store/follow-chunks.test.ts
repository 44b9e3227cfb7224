import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { openChunkWriter, type ChunkWriter } from '../../store/chunk-writer';
import { followChunks, type NewRows } from '../../store/follow-chunks';
import type { StoredReading } from '../../store/sample-types';
import { migrationRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const chunk = (table: string): string => join(directory(), 'chunks', `${table}-000001-000001.ndjson`);
let writer: ChunkWriter;
let take: () => Promise<NewRows>;

beforeEach(async () => {
  await mkdir(join(directory(), 'chunks'));
  writer = openChunkWriter({ directory: directory(), epoch: 1 });
  take = followChunks(directory());
});

const counters = [{ counter: 'mem.rss', instance: '', unit: 'KiB', kind: 'gauge' }] as const;
const reading = (tickMs: number): StoredReading => ({
  ...{ entityKind: 'host', entity: 'h1', tickMs, takenAtMs: tickMs, monotonicMs: tickMs, source: 'h1', rank: 0 },
  ...{ provenance: 'observed', counters, values: [tickMs] },
});
const store = (...ticks: readonly number[]): Promise<void> =>
  writer.appendSamples({ readings: ticks.map(reading), notes: [], collectedMs: 0 });
const migrate = (...ids: readonly string[]): Promise<void> =>
  writer.append(
    'migrations',
    ids.map((id) => migrationRow(id)),
  );
const ticks = async (): Promise<number[]> => (await take()).readings.map(({ tickMs }) => tickMs);
const actions = async (): Promise<string[]> => (await take()).migrations.map(({ action }) => action);

test('brings what a chunk has more than at the last look, with the names that it had before', async () => {
  expect(await take()).toEqual({ readings: [], migrations: [], sampled: false });
  await store(1, 2);
  expect(await ticks()).toEqual([1, 2]);
  await store(3);
  await store(4);
  expect(await ticks()).toEqual([3, 4]);
  expect(await ticks()).toEqual([]);
});

test('brings what several chunks and writers have, in the order of their writing', async () => {
  const limits = { bytes: 1, ageMs: Infinity };
  writer = openChunkWriter({ directory: directory(), epoch: 2, limits });
  await store(3);
  await store(4);
  writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await store(1);
  await store(2);
  expect(await ticks()).toEqual([1, 2, 3, 4]);
});

test.each([
  ['in a row', 30],
  ['in the middle of a header', 1],
])('leaves a line that is being written for the next look: %s', async (_, missing) => {
  await migrate('a1');
  await migrate('a2', 'a3');
  const whole = await readFile(chunk('migrations'));
  const header = whole.lastIndexOf('{"format"') + 5;
  const cut = missing === 1 ? header : whole.length - missing;
  await truncate(chunk('migrations'), cut);
  expect(await actions()).toEqual(missing === 1 ? ['a1'] : ['a1', 'a2']);
  await appendFile(chunk('migrations'), whole.subarray(cut));
  expect(await actions()).toEqual(missing === 1 ? ['a2', 'a3'] : ['a3']);
});

test('is not put out of step by bytes that are no text', async () => {
  await migrate('a1');
  await appendFile(chunk('migrations'), Buffer.from([0xc3, 0x28, 0xff, 0x0a]));
  expect(await actions()).toEqual(['a1']);
  await appendFile(chunk('migrations'), `${JSON.stringify(migrationRow('a2'))}\n`);
  expect(await actions()).toEqual(['a2']);
});
