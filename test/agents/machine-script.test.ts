import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findPlaceScript,
  portHolderScript,
  removeScript,
  renewScript,
  splitRenewal,
} from '../../agents/machine-script';

const sh = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' });
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drover's places-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A folder of a campaign with a program that prints its arguments. */
function campaign(folder: string, ...agents: string[]): string {
  const directory = join(root, 'place', folder);
  for (const agent of agents) mkdirSync(join(directory, agent), { recursive: true });
  writeFileSync(join(directory, 'drover-agent-x'), '#!/bin/sh\necho "$*"\n');
  chmodSync(join(directory, 'drover-agent-x'), 0o700);
  return directory;
}

test('a place is made for this user alone, and says whether the program is there', () => {
  const places = [join(root, 'place')];
  const script = findPlaceScript(places, 'c 1', 'drover-agent-x');
  expect(sh(script)).toBe(`${join(root, 'place', 'c 1')}\nnone\n`);
  campaign('c 1');
  expect(sh(script)).toMatch(/\n[0-9a-f]{64}\n$/);
  expect(readdirSync(join(root, 'place', 'c 1'))).toEqual(['drover-agent-x']);
});

test('a link and a file are no places; without any the script fails and leaves nothing', () => {
  symlinkSync(root, join(root, 'link'));
  writeFileSync(join(root, 'file'), '');
  const bad = [join(root, 'link'), join(root, 'file')];
  expect(() => sh(findPlaceScript(bad, 'c', 'p'))).toThrow();
  expect(readdirSync(root).sort()).toEqual(['file', 'link']);
  expect(sh(findPlaceScript([...bad, join(root, 'good')], 'c', 'p'))).toContain(join(root, 'good', 'c'));
});

test('renewing reaches every agent of the campaign and no other', () => {
  const directory = campaign('c', 'dirty', 'echo');
  campaign('d', 'echo');
  const said = splitRenewal(sh(renewScript([join(root, 'none'), join(root, 'place')], 'c', 17)));
  expect([...said].map(([name, text]) => [name, text.trim()])).toEqual([
    ['dirty', `renew ${directory}/dirty 17`],
    ['echo', `renew ${directory}/echo 17`],
  ]);
});

test('removing takes the folder of the campaign, and the place with the last one', () => {
  campaign('c', 'echo');
  campaign('d', 'echo');
  expect(sh(removeScript([join(root, 'place')], 'c'))).toBe('');
  expect(readdirSync(join(root, 'place'))).toEqual(['d']);
  sh(removeScript([join(root, 'place')], 'd'));
  expect(existsSync(join(root, 'place'))).toBe(false);
});

test('who holds a port is known by the campaign that its echo was started for', () => {
  for (const folder of ['c', 'd']) {
    const directory = campaign(folder, 'echo');
    writeFileSync(join(directory, 'echo', 'status'), 'agent=echo\nport=7707\n');
    writeFileSync(join(directory, 'echo', 'desired'), `campaign=the ${folder}\nport=7707\n`);
  }
  expect(sh(portHolderScript([join(root, 'place')], 'c', { port: 7707, ports: 1 }))).toBe('the d\n');
  expect(sh(portHolderScript([join(root, 'place')], 'c', { port: 7700, ports: 16 }))).toBe('the d\n');
  expect(sh(portHolderScript([join(root, 'place')], 'c', { port: 770, ports: 8 }))).toBe('');
});
