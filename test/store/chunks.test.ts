import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { claimWriterEpoch, openChunkWriter } from '../../store/chunk-writer';
import { readRows } from '../../store/read-rows';
import { actionRow, silenceRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const chunk = (name: string): string => join(directory(), 'chunks', name);
const FIRST = 'actions-000001-000001.ndjson';

beforeEach(() => mkdir(join(directory(), 'chunks')));

it('gives back what was appended, in one chunk of each table', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.append('actions', [actionRow('a'), actionRow('b', { vm: null, due: null })]);
  await writer.append('actions', [actionRow('c')]);
  await writer.append('silences', [silenceRow(1)]);
  await writer.append('silences', []);
  expect((await readdir(chunk(''))).sort()).toEqual([FIRST, 'silences-000001-000001.ndjson']);
  expect(await readRows(directory(), 'actions')).toEqual({
    rows: [actionRow('a'), actionRow('b', { vm: null, due: null }), actionRow('c')],
    problems: [],
  });
});

it('lets the later epoch win, so that a zombie writer hurts nothing', async () => {
  const zombie = openChunkWriter({ directory: directory(), epoch: await claimWriterEpoch(directory()) });
  const heir = openChunkWriter({ directory: directory(), epoch: await claimWriterEpoch(directory()) });
  await heir.append('actions', [actionRow('a', { outcome: 'right' })]);
  await zombie.append('actions', [actionRow('a', { outcome: 'stale' })]);
  await heir.append('actions', [actionRow('b', { outcome: 'first' })]);
  await heir.append('actions', [actionRow('b', { outcome: 'second' })]);
  const { rows } = await readRows(directory(), 'actions');
  expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual([
    ['a', 'right'],
    ['b', 'second'],
  ]);
});

it('gives every writer an epoch of its own', async () => {
  const epochs = await Promise.all(Array.from({ length: 6 }, () => claimWriterEpoch(directory())));
  expect([...epochs].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([
  ['size', { bytes: 300, ageMs: Infinity }, ['ab', 'cd', 'e']],
  ['age', { bytes: Infinity, ageMs: 0 }, ['a', 'b', 'c', 'd', 'e']],
])('a chunk is full by its %s, and the next one begins', async (_, limits, chunks) => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1, limits });
  for (const id of 'abcde') await writer.append('actions', [actionRow(id)]);
  const texts = (await readdir(chunk(''))).sort().map((name) => readFile(chunk(name), 'utf8'));
  const ids = (await Promise.all(texts)).map((text) => [...text.matchAll(/"action":"(.)"/g)].map(([, id]) => id));
  expect(ids.map((each) => each.join(''))).toEqual(chunks);
  expect((await readRows(directory(), 'actions')).rows.map(({ action }) => action).join('')).toBe('abcde');
});

it('keeps the order of calls that do not wait for each other', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  const ids = Array.from({ length: 40 }, (_, n) => String(n));
  await Promise.all(ids.map((id) => writer.append('actions', [actionRow(id), actionRow('last', { vm: id })])));
  const { rows, problems } = await readRows(directory(), 'actions');
  expect(problems).toEqual([]);
  expect(rows.map(({ action }) => action)).toEqual([...ids, 'last']);
  expect(rows.at(-1)?.vm).toBe('39');
  expect(await readdir(chunk(''))).toEqual([FIRST]);
});

it('stores at once what comes while something is stored', async () => {
  const limits = { bytes: Infinity, ageMs: 0 };
  const writer = openChunkWriter({ directory: directory(), epoch: 1, limits });
  await Promise.all(Array.from({ length: 40 }, (_, n) => writer.append('actions', [actionRow(String(n))])));
  expect(await readdir(chunk(''))).toHaveLength(2);
  expect((await readRows(directory(), 'actions')).rows).toHaveLength(40);
});

it('leaves a chunk alone that something else wrote to, and goes on in the next one', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.append('actions', [actionRow('a')]);
  await appendFile(chunk(FIRST), 'x');
  await expect(writer.append('actions', [actionRow('b')])).rejects.toThrow(/000001\.ndjson: it has \d+ bytes, but \d+/);
  await writer.append('actions', [actionRow('b')]);
  expect(await readFile(chunk(FIRST), 'utf8')).toMatch(/\}\nx$/);
  expect((await readRows(directory(), 'actions')).rows.map(({ action }) => action)).toEqual(['a', 'b']);
});

it('does not write rows into a chunk that was deleted', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.append('actions', [actionRow('a')]);
  await rm(chunk(FIRST));
  await expect(writer.append('actions', [actionRow('b')])).rejects.toMatchObject({ code: 'missing' });
});

it('loses nothing that was acknowledged and has nothing twice, wherever a crash cuts off what was being written', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  const blocks = [['a', 'b'], ['c'], ['d', 'e', 'f']];
  const ends: number[] = [];
  for (const ids of blocks) {
    await writer.append(
      'actions',
      ids.map((id) => actionRow(id)),
    );
    ends.push((await stat(chunk(FIRST))).size);
  }
  const whole = await readFile(chunk(FIRST));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(blocks.length - 2), fc.double({ min: 0, max: 1, noNaN: true }), async (last, where) => {
      const [from = 0, until = 0] = ends.slice(last);
      const at = join(directory(), String((run += 1)));
      await mkdir(join(at, 'chunks'), { recursive: true });
      await writeFile(join(at, 'chunks', FIRST), whole.subarray(0, from + Math.floor(where * (until - from))));
      const acknowledged = blocks.slice(0, last + 1).flat();
      const found = (await readRows(at, 'actions')).rows.map(({ action }) => action);
      expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
      const heir = openChunkWriter({ directory: at, epoch: 2 });
      for (const ids of blocks.slice(last + 1))
        await heir.append(
          'actions',
          ids.map((id) => actionRow(id)),
        );
      expect((await readRows(at, 'actions')).rows.map(({ action }) => action)).toEqual(blocks.flat());
    }),
    { numRuns: 40 },
  );
});

it('never overwrites a chunk', async () => {
  await openChunkWriter({ directory: directory(), epoch: 1 }).append('actions', [actionRow('a')]);
  const again = openChunkWriter({ directory: directory(), epoch: 1 }).append('actions', [actionRow('b')]);
  await expect(again).rejects.toMatchObject({ code: 'exists', path: chunk(FIRST) });
  expect((await readRows(directory(), 'actions')).rows).toEqual([actionRow('a')]);
});

it('writes nothing of a batch with a row that does not fit', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  const batch = writer.append('actions', [actionRow('a'), actionRow('b', { lateness_ms: NaN })]);
  await expect(batch).rejects.toThrow(/lateness_ms is null, which is not null or number|invalid|lateness_ms/);
  expect(await readdir(chunk(''))).toEqual([]);
});

describe('damaged chunks', () => {
  beforeEach(() =>
    openChunkWriter({ directory: directory(), epoch: 1 }).append(
      'actions',
      ['a', 'b', 'c'].map((id) => actionRow(id)),
    ),
  );

  it('keep the whole lines of a truncated one and say what is missing', async () => {
    const { length } = await readFile(chunk(FIRST));
    await truncate(chunk(FIRST), length - 20);
    const { rows, problems } = await readRows(directory(), 'actions');
    expect(rows.map(({ action }) => action)).toEqual(['a', 'b']);
    expect(problems).toEqual([
      expect.stringMatching(/actions-000001-000001\.ndjson: its last line is cut off after \d+ characters/),
      expect.stringContaining('it has 2 whole rows of the 3 written'),
    ]);
  });

  it('are told as such if the header of a later block is damaged', async () => {
    const text = await readFile(chunk(FIRST), 'utf8');
    await writeFile(chunk(FIRST), text + text.replace('"rows"', '"rowz"').replaceAll(/"([abc])"/g, '"$1$1"'));
    const { rows, problems } = await readRows(directory(), 'actions');
    expect(rows.map(({ action }) => action)).toEqual(['a', 'b', 'c', 'aa', 'bb', 'cc']);
    expect(problems).toEqual([
      expect.stringContaining('line 5: '),
      expect.stringContaining('it has 7 whole rows of the 3 written'),
    ]);
  });

  it('notice a chunk cut exactly between two lines', async () => {
    const lines = (await readFile(chunk(FIRST), 'utf8')).split('\n');
    await writeFile(chunk(FIRST), `${lines.slice(0, 2).join('\n')}\n`);
    expect((await readRows(directory(), 'actions')).problems).toEqual([
      expect.stringContaining('it has 1 whole rows of the 3 written'),
    ]);
  });

  it('name lines that are not rows', async () => {
    await appendFile(chunk(FIRST), '{"campaign":"c"}\n\0\0\0\n');
    const { rows, problems } = await readRows(directory(), 'actions');
    expect(rows).toHaveLength(3);
    expect(problems[0]).toContain('line 5: action is null, which is not text');
    expect(problems[1]).toContain('line 6: not a row');
  });

  it('ignore what a crash left of a chunk that was never acknowledged', async () => {
    await writeFile(chunk('.actions-000001-000002.ndjson.x.tmp'), '{"half');
    expect((await readRows(directory(), 'actions')).problems).toEqual([]);
  });

  it('name a directory without chunks', async () => {
    await expect(readRows(join(directory(), 'gone'), 'actions')).rejects.toThrow(/chunks: it does not exist\. Check/);
  });
});
