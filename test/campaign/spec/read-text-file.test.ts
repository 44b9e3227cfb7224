import { mkdtempSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from '../../../campaign/spec/read-text-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-text-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('reads text and drops a byte order mark', async () => {
  const path = join(folder, 'good.yaml');
  writeFileSync(path, '\uFEFFsite: läb\r\n');
  expect(await readTextFile(path)).toEqual({ ok: true, text: 'site: läb\r\n' });
});

test.each([
  ['a missing file', 'missing', () => undefined, 'does not exist'],
  ['a folder', 'folder', (path: string) => mkdirSync(path), 'is a folder; a file is needed'],
  ['a program', 'program', (path: string) => writeFileSync(path, Buffer.from([0x7f, 0x45, 0, 1])), /zero bytes/],
  ['UTF-16', 'wide', (path: string) => writeFileSync(path, 'site: lab', 'utf16le'), /zero bytes/],
  ['Latin-1', 'latin', (path: string) => writeFileSync(path, 'site: l\u00e4b', 'latin1'), 'is no UTF-8 text'],
  [
    'a disk image',
    'large',
    (path: string) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 30);
    },
    'is too large: 1024 MiB; at most 16 MiB',
  ],
])('refuses %s with its reason', async (_, name, make, message) => {
  const path = join(folder, name);
  make(path);
  const answer = await readTextFile(path);
  expect(answer).toMatchObject({ ok: false, problem: { path: '', file: path } });
  expect(answer.ok ? '' : answer.problem.message).toMatch(message);
});
