import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { createResultDirectory, safeName } from '../../store/result-directory';
import { useTemporaryDirectory } from './temporary-directory';

describe('safeName', () => {
  it('keeps ordinary ids', () => {
    expect(safeName('my-first_2.b')).toBe('my-first_2.b');
  });

  it('makes a bounded path-safe name of anything and never one name of two ids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }), (id, other) => {
        expect(safeName(id)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/);
        expect(safeName(id) === safeName(other)).toBe(id === other);
      }),
    );
  });

  it.each(['', '.', '..', 'a/../b', '-rf', 'x'.repeat(5000), '\u00fcn\u00efcode', 'a\0b'])(
    'is a plain name for %j',
    (id) => {
      expect(basename(safeName(id))).toBe(safeName(id));
      expect(safeName(id)).not.toMatch(/^[.-]|^$/);
    },
  );
});

describe('createResultDirectory', () => {
  const root = useTemporaryDirectory();

  it('gives an owner the same directory again', async () => {
    const input = { root: join(root(), 'new'), campaignId: 'a/../b', firstRunId: 'run-1' };
    const directory = await createResultDirectory(input);
    expect(dirname(directory)).toBe(input.root);
    expect(await createResultDirectory(input)).toBe(directory);
  });

  it('leaves another owner alone', async () => {
    const first = await createResultDirectory({ root: root(), campaignId: 'c', firstRunId: 'run-1' });
    await writeFile(join(first, 'report.html'), 'mine');
    const second = await createResultDirectory({ root: root(), campaignId: 'c', firstRunId: 'run-2' });
    expect(basename(second)).toBe('c-run-2');
    expect(await createResultDirectory({ root: root(), campaignId: 'c', firstRunId: 'run-2' })).toBe(second);
    expect(await readFile(join(first, 'report.html'), 'utf8')).toBe('mine');
  });

  it('leaves a foreign directory or file of that name alone', async () => {
    await mkdir(join(root(), 'c'));
    await writeFile(join(root(), 'c', 'thesis.tex'), 'x');
    await writeFile(join(root(), 'd'), 'x');
    expect(basename(await createResultDirectory({ root: root(), campaignId: 'c', firstRunId: 'r' }))).toBe('c-r');
    expect(basename(await createResultDirectory({ root: root(), campaignId: 'd', firstRunId: 'r' }))).toBe('d-r');
  });

  it('has one winner when many claim at once, and leaves nothing half made', async () => {
    const claims = Array.from({ length: 8 }, (_, index) =>
      createResultDirectory({ root: root(), campaignId: 'c', firstRunId: `run-${index}` }),
    );
    expect(new Set(await Promise.all(claims)).size).toBe(8);
    expect((await readdir(root())).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('names the root and the remedy when it cannot be used', async () => {
    await writeFile(join(root(), 'file'), '');
    const input = { root: join(root(), 'file', 'results'), campaignId: 'c', firstRunId: 'r' };
    await expect(createResultDirectory(input)).rejects.toMatchObject({ name: 'StoreError', code: 'damaged' });
    await expect(createResultDirectory(input)).rejects.toThrow(/results: a part of the path is not a directory\. Move/);
  });
});
