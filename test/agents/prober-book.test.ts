import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { desiredLines, newBook, readBook, withTargets } from '../../agents/prober-book';

const a = { name: 'a', address: '10.0.0.1', port: 7707 };
const b = { name: 'b', address: '10.0.0.2', port: 7707 };
const first = withTargets(newBook(5), [b, a], 5, 60);

test('the same targets in any order, and another lease, are the same revision', () => {
  expect(withTargets(first, [a, b], 5, 90)).toEqual({ ...first, leaseS: 90 });
});

test.each([
  ['another target', withTargets(first, [a], 5, 60)],
  ['another address', withTargets(first, [a, { ...b, address: '10.0.0.3' }], 5, 60)],
  ['another period', withTargets(first, [a, b], 10, 60)],
])('%s is a new revision', (_, book) => {
  expect(book.revision).toBe(first.revision + 1);
});

test('a number is never used for another target', () => {
  const c = { ...a, name: 'c' };
  const later = withTargets(withTargets(first, [b], 5, 60), [a, b, c], 5, 60);
  expect(later.ids).toEqual({ ...first.ids, c: 3 });
});

test('the desired state has a line for each target', () => {
  expect(desiredLines(first, 'the\nhost', 77)).toEqual([
    'revision=1',
    'renewal=77',
    'lease_s=60',
    'period_us=5000',
    'seq_origin_ms=5',
    'vantage=the host',
    'target=1 10.0.0.1 7707',
    'target=2 10.0.0.2 7707',
  ]);
});

test.each(['{}', 'null', '[', '{"targets":null}', JSON.stringify({ ...first, ids: { a: 'x' } })])(
  'a book that says %s is damaged, and the message says what to do',
  async (text) => {
    const directory = await mkdtemp(join(tmpdir(), 'drover-book-'));
    await writeFile(join(directory, 'book.json'), text);
    await expect(readBook(join(directory, 'book.json'))).rejects.toThrow(/book\.json is damaged.*move its folder away/);
    await rm(directory, { recursive: true });
  },
);
