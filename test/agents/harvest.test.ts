import fc from 'fast-check';
import { Harvest, type HarvestBook, type SegmentFile } from '../../agents/harvest';
import { parseCursor } from '../../agents/harvest-cursor';
import type { ProbeGap, ProbeRecord } from '../../agents/probe-types';
import { headerBytes, recordAt } from './segment-bytes';

const EPOCH = 1_760_000_000_000;
const LATER = EPOCH + 60_000;
const book: HarvestBook = {
  names: new Map([
    [1, 'a'],
    [2, 'b'],
  ]),
  current: new Set([1, 2]),
  endings: { [String(EPOCH).padStart(16, '0')]: 'it was killed' },
};

/** A segment with both targets' records numbered from `first`, one every 10 ms. */
function segment(epoch: number, number: number, first: number, count: number, growing = false): SegmentFile {
  const records = Array.from({ length: count }, (_, index) => first + index).flatMap((seq) => [
    recordAt(1, seq, seq * 10),
    recordAt(2, seq, seq * 10 + 5),
  ]);
  const bytes = Buffer.concat([headerBytes({ epoch, number, openedAfterMs: first * 10 }), ...records]);
  return { name: nameOf(epoch, number), bytes, growing, modifiedMs: epoch + (first + count) * 10 };
}

function nameOf(epoch: number, number: number): string {
  return `${String(epoch).padStart(16, '0')}-${String(number).padStart(8, '0')}.seg`;
}

function harvest(files: readonly SegmentFile[], cursor: string | null = null) {
  const at = parseCursor(cursor);
  const unread = files.filter(({ name }) => name >= at.segment);
  const made = new Harvest(at, book);
  unread.forEach((file, index) => {
    made.add(file, unread[index + 1] ?? null);
  });
  return made.result;
}

function damaged(file: SegmentFile, from: number, until: number): SegmentFile {
  const bytes = Buffer.from(file.bytes);
  bytes.fill(0, from, until);
  return { ...file, bytes };
}

const seqs = (records: readonly ProbeRecord[], name: string): number[] =>
  records.filter(({ target }) => target === name).map(({ seq }) => seq);
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

test('segments in a row give all their records and no gap', () => {
  const { records, gaps } = harvest([segment(EPOCH, 1, 0, 20), segment(EPOCH, 2, 20, 20)]);
  expect(seqs(records, 'a')).toEqual(range(0, 40));
  expect(seqs(records, 'b')).toEqual(range(0, 40));
  expect(gaps).toEqual([]);
});

test('a new series leaves a gap from what was settled of the old one, with the reason why that ended', () => {
  const { records, gaps } = harvest([segment(EPOCH, 1, 0, 20), segment(LATER, 1, 0, 5)]);
  expect(records).toHaveLength(50);
  expect(gaps).toEqual([{ fromMs: EPOCH + 190, untilMs: LATER, reason: 'it was killed' }]);
});

test.each<[string, readonly SegmentFile[], ProbeGap]>([
  [
    'in the middle',
    [damaged(segment(EPOCH, 1, 0, 20), 128 + 64 * 5, 128 + 64 * 8)],
    { fromMs: EPOCH + 40, untilMs: EPOCH + 85, reason: `segment ${nameOf(EPOCH, 1)} is damaged` },
  ],
  [
    'at the end, with another one after it',
    [damaged(segment(EPOCH, 1, 0, 20), 128 + 64 * 18, 128 + 64 * 20), segment(EPOCH, 2, 20, 5)],
    { fromMs: EPOCH + 170, untilMs: EPOCH + 200, reason: `segment ${nameOf(EPOCH, 1)} is damaged` },
  ],
  [
    'torn off in a record',
    [{ ...segment(EPOCH, 1, 0, 20), bytes: segment(EPOCH, 1, 0, 20).bytes.subarray(0, 128 + 64 * 20 - 7) }],
    { fromMs: EPOCH + 185, untilMs: EPOCH + 200, reason: `segment ${nameOf(EPOCH, 1)} is damaged` },
  ],
  [
    'missing between two',
    [segment(EPOCH, 1, 0, 20), segment(EPOCH, 3, 40, 5)],
    { fromMs: EPOCH + 190, untilMs: EPOCH + 400, reason: 'segments before this are missing' },
  ],
])('what is damaged %s is a gap', (_, files, gap) => {
  expect(harvest(files).gaps).toEqual([gap]);
});

test('a damaged head is made up for by its neighbour, and is a gap without one', () => {
  const headless = damaged(segment(EPOCH, 1, 0, 20), 0, 128);
  expect(harvest([headless, segment(EPOCH, 2, 20, 5)])).toMatchObject({ gaps: [], records: { length: 50 } });
  const alone = harvest([headless]);
  expect(alone.records).toEqual([]);
  expect(alone.gaps).toEqual([
    { fromMs: EPOCH, untilMs: EPOCH + 200, reason: `the head of segment ${nameOf(EPOCH, 1)} is damaged` },
  ]);
  expect(harvest([headless], alone.cursor).gaps).toEqual([]);
});

test("the cursor's own segment gone is a gap, as nobody knows what was unread of it", () => {
  const { cursor } = harvest([segment(EPOCH, 1, 0, 20)]);
  const { records, gaps } = harvest([segment(EPOCH, 2, 25, 5)], cursor);
  expect(records).toHaveLength(10);
  expect(gaps).toEqual([{ fromMs: EPOCH + 190, untilMs: EPOCH + 250, reason: 'segments before this are missing' }]);
});

test('however often it is collected while it grows, every record comes once and nothing looks damaged', () => {
  const whole = [segment(EPOCH, 1, 0, 20), segment(EPOCH, 2, 20, 20)];
  const total = whole.reduce((sum, { bytes }) => sum + bytes.length, 0);
  fc.assert(
    fc.property(fc.array(fc.nat(total), { maxLength: 12 }), (cuts) => {
      let cursor: string | null = null;
      const records: ProbeRecord[] = [];
      for (const cut of [...cuts.sort((x, y) => x - y), total]) {
        const [first, second] = whole as [SegmentFile, SegmentFile];
        const visible =
          cut <= first.bytes.length
            ? [{ ...first, bytes: first.bytes.subarray(0, cut), growing: true }]
            : [first, { ...second, bytes: second.bytes.subarray(0, cut - first.bytes.length), growing: true }];
        const got = harvest(visible, cursor);
        expect(got.gaps).toEqual([]);
        records.push(...got.records);
        cursor = got.cursor;
      }
      expect(seqs(records, 'a')).toEqual(range(0, 40));
      expect(seqs(records, 'b')).toEqual(range(0, 40));
    }),
  );
});

test('records of a number that never was a target are damage, not somebody else', () => {
  const bytes = Buffer.concat([headerBytes({ epoch: EPOCH, number: 1 }), recordAt(1, 0, 0), recordAt(9, 0, 1)]);
  const { records, gaps } = harvest([{ name: nameOf(EPOCH, 1), bytes, growing: false, modifiedMs: EPOCH + 10 }]);
  expect(records).toHaveLength(1);
  expect(gaps).toHaveLength(1);
});

test('a series that was dead when the measurement ended is a gap up to then, once', () => {
  const epoch = String(EPOCH).padStart(16, '0');
  const made = new Harvest(parseCursor(null), book);
  made.add(segment(EPOCH, 1, 0, 20), null);
  made.close(epoch, LATER);
  made.close(epoch, LATER);
  expect(made.result.gaps).toEqual([{ fromMs: EPOCH + 190, untilMs: LATER, reason: 'it was killed' }]);
});
