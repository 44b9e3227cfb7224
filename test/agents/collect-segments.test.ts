import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectSegments, parseGaps } from '../../agents/collect-segments';
import type { ProbeHarvest } from '../../agents/probe-types';
import { headerBytes, recordAt } from './segment-bytes';

const EPOCH = 1_760_000_000_000;
const book = { names: new Map([[1, 'a']]), current: new Set([1]), endings: {} };
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drover-segments-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writeSegment(number: number, seqs: readonly number[]): Promise<string> {
  const name = `${String(EPOCH).padStart(16, '0')}-${String(number).padStart(8, '0')}.seg`;
  const records = seqs.map((seq) => recordAt(1, seq, seq * 5));
  await writeFile(join(directory, name), Buffer.concat([headerBytes({ epoch: EPOCH, number }), ...records]));
  return name;
}

const collect = (cursor: string | null) =>
  collectSegments({ directory, book, running: true, deadAtStop: null }, cursor);

test('segments are deleted only once the cursor behind them came back', async () => {
  const first = await writeSegment(1, [0, 1, 2]);
  const second = await writeSegment(2, [3, 4]);
  const { records, cursor } = await collect(null);
  expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
  expect(await readdir(directory)).toEqual([first, second]);
  expect((await collect(null)).records).toHaveLength(5);
  expect((await collect(cursor)).records).toEqual([]);
  expect(await readdir(directory)).toEqual([second]);
});

test('a long backlog comes in pieces of whole segments, with nothing lost or told twice', async () => {
  for (let number = 1; number <= 7; number += 1)
    await writeSegment(
      number,
      Array.from({ length: 10 }, (_, index) => (number - 1) * 10 + index),
    );
  const segmentBytes = 128 + 10 * 32;
  const deadAtStop = { epoch: String(EPOCH).padStart(16, '0'), atMs: EPOCH + 900_000 };
  const source = { directory, book, running: false, deadAtStop, mostBytes: 2 * segmentBytes };
  const pieces = [];
  for (let cursor: string | null = null, more = true; more;) {
    const harvest: ProbeHarvest = await collectSegments(source, cursor);
    pieces.push(harvest);
    ({ cursor, more } = harvest);
  }
  expect(pieces.map(({ records }) => records.length)).toEqual([20, 20, 20, 10]);
  expect(pieces.flatMap(({ records }) => records.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 70 }, (_, n) => n),
  );
  expect(pieces.map(({ gaps }) => gaps.length)).toEqual([0, 0, 0, 1]);
  expect((await collectSegments(source, pieces.at(-1)?.cursor ?? null)).more).toBe(false);
});

test("the prober's own gaps come once, a line that is still being written later", async () => {
  await writeSegment(1, [0]);
  await writeFile(join(directory, 'gaps'), '1760000000000.000 1760000001000.500 the disk was full\n1760000002000.0');
  const { gaps, cursor } = await collect(null);
  expect(gaps).toEqual([{ fromMs: 1_760_000_000_000, untilMs: 1_760_000_001_000.5, reason: 'the disk was full' }]);
  await writeFile(join(directory, 'gaps'), ' 1760000003000.0 again\n', { flag: 'a' });
  expect((await collect(cursor)).gaps).toEqual([
    { fromMs: 1_760_000_002_000, untilMs: 1_760_000_003_000, reason: 'again' },
  ]);
});

test('a line of gaps that cannot be read is told of, not left out', () => {
  expect(() => parseGaps('1 2 fine\nrubbish\n')).toThrow('rubbish');
});
