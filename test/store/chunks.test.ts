import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimWriterEpoch, openChunkWriter } from '../../store/chunk-writer';
import { readRows } from '../../store/read-rows';
import { actionRow, silenceRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const chunk = (name: string): string => join(directory(), 'chunks', name);
const FIRST = 'actions-000001-000001.ndjson';

beforeEach(() => mkdir(join(directory(), 'chunks')));

it('gives back what was appended, one chunk a call', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.append('actions', [actionRow('a'), actionRow('b', { vm: null, due: null })]);
  await writer.append('actions', [actionRow('c')]);
  await writer.append('silences', [silenceRow(1)]);
  await writer.append('silences', []);
  expect((await readdir(chunk(''))).sort()).toEqual([
    FIRST,
    'actions-000001-000002.ndjson',
    'silences-000001-000001.ndjson',
  ]);
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
