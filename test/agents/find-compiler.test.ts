import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCompiler } from '../../agents/find-compiler';

const path = process.env['PATH'];
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'drover-compiler-'));
  await mkdir(join(home, 'tools'));
  process.env['PATH'] = join(home, 'bin');
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(home, { recursive: true, force: true });
});

async function program(...names: string[]): Promise<string> {
  const file = join(home, ...names);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '', { mode: 0o700 });
  return file;
}

const record = (text: string) => writeFile(join(home, 'tools', 'tools.json'), text);

test('the compiler that set-up recorded is taken before those on PATH', async () => {
  await program('bin', 'cc');
  const cc = await program('elsewhere', 'gcc');
  await record(JSON.stringify({ cc, zig: null, temporal: '/x' }));
  expect(await findCompiler(home)).toEqual([cc]);
});

test('zig compiles for a static C library', async () => {
  const zig = await program('tools', 'zig');
  await record(JSON.stringify({ cc: null, zig }));
  const [command, ...options] = await findCompiler(home);
  expect([command, options[0]]).toEqual([zig, 'cc']);
});

test('a recorded one that is gone, or no record at all, leaves those on PATH', async () => {
  const cc = await program('bin', 'gcc');
  expect(await findCompiler(home)).toEqual([cc]);
  await record(JSON.stringify({ cc: join(home, 'gone'), zig: null }));
  expect(await findCompiler(home)).toEqual([cc]);
});

test('without any the error says what to do, and a damaged record is named', async () => {
  await expect(findCompiler(home)).rejects.toThrow('apt-get install gcc');
  await record('{');
  await expect(findCompiler(home)).rejects.toThrow('tools.json is damaged');
});
