import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSites, loadSites, SiteFileError } from '../../../campaign/spec/load-sites';

const simulated = (name: string, port: number): string =>
  `sites: { ${name}: { kind: simulated, url: 'http://127.0.0.1:${String(port)}' } }\n`;

let home: string;
let file: string;
const before = process.env['DROVER_SITES'];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'drover-sites-'));
  file = join(home, 'mine.yaml');
  delete process.env['DROVER_SITES'];
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['DROVER_SITES'];
  else process.env['DROVER_SITES'] = before;
});

function lab(name: string, text: string): string {
  const path = join(home, 'labs', name, 'site.yaml');
  mkdirSync(join(home, 'labs', name), { recursive: true });
  writeFileSync(path, text);
  return path;
}

test('joins the site file and all labs', async () => {
  writeFileSync(file, simulated('mine', 1));
  const path = lab('small', simulated('small', 2));
  expect((await findSites(home, file)).sites.map(({ name, file: from }) => [name, from])).toEqual([
    ['mine', file],
    ['small', path],
  ]);
  expect(Object.keys(await loadSites(home, file))).toEqual(['mine', 'small']);
});

test('takes the named file before the one of the environment', async () => {
  writeFileSync(file, simulated('mine', 1));
  process.env['DROVER_SITES'] = join(home, 'absent.yaml');
  expect((await findSites(home, file)).problems).toEqual([]);
  expect((await findSites(home)).problems).toMatchObject([{ message: 'does not exist' }]);
  process.env['DROVER_SITES'] = file;
  expect(Object.keys(await loadSites(home))).toEqual(['mine']);
});

test('names the problems of all files and still tells the good sites', async () => {
  writeFileSync(file, 'sites:\n  mine: { kind: simulatd }\n');
  lab('one', simulated('shared', 2));
  const second = lab('two', simulated('shared', 3));
  const { sites, problems } = await findSites(home, file);
  expect(sites.map(({ name }) => name)).toEqual(['shared']);
  expect(problems).toMatchObject([
    { file, line: 2, path: 'sites.mine.kind', nearest: 'simulated' },
    { file: second, path: 'sites.shared' },
  ]);
  await expect(loadSites(home, file)).rejects.toThrow(SiteFileError);
  await expect(loadSites(home, file)).rejects.toThrow(/mine\.yaml:2.*\n.*a site of this name/s);
});
