import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataCentrePid } from '../../../lab/simulated/data-centre-process';
import { simulatedDown } from '../../../lab/simulated/down';
import { simulatedAlive, simulatedStatus } from '../../../lab/simulated/status';
import { simulatedUp } from '../../../lab/simulated/up';
import { loadSites } from '../../../campaign/spec/load-sites';
import { simulatedLabForTest, type TestLab } from './use-simulated-lab';

jest.setTimeout(240_000);

let lab: TestLab;
beforeEach(async () => {
  lab = await simulatedLabForTest({ hosts: 2, vms: 3 });
});
afterEach(async () => lab.remove());

const up = (name: string) => simulatedUp({ name, hosts: 2, vms: 1, log: () => undefined });
const home = (): string => dirname(dirname(lab.paths.directory));

function pidOfLab(): number {
  const pid = dataCentrePid(lab.name);
  if (pid === null) throw new Error('the data centre does not run');
  return pid;
}

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}

async function expectGone(pid: number): Promise<void> {
  for (let n = 0; n < 100 && isRunning(pid); n += 1) await sleep(50);
  expect(isRunning(pid)).toBe(false);
}

test('is up as a site that workers find, with its VMs dealt to its hosts in turn', async () => {
  expect(await simulatedAlive(lab.name)).toBe(true);
  expect(await simulatedStatus(lab.name)).toBe('h1 g1 g3\nh2 g2');
  expect(await loadSites(home())).toMatchObject({ [lab.name]: { kind: 'simulated', url: lab.url, emulated: true } });
  expect(statSync(lab.paths.siteFile).mode & 0o777).toBe(0o600);
  expect(statSync(lab.paths.directory).mode & 0o777).toBe(0o700);
});

test('goes down and leaves nothing', async () => {
  const pid = pidOfLab();
  await simulatedDown(lab.name);
  await expectGone(pid);
  expect(existsSync(lab.paths.directory)).toBe(false);
  expect(await simulatedAlive(lab.name)).toBe(false);
  await simulatedDown(lab.name);
});

test('after a crash it is not alive, and is cleared by down or by up', async () => {
  const pid = pidOfLab();
  process.kill(pid, 'SIGKILL');
  await expectGone(pid);
  expect(await simulatedAlive(lab.name)).toBe(false);
  const again = await up(lab.name);
  expect(await simulatedAlive(lab.name)).toBe(true);
  expect(again.name).toBe(lab.name);
  expect(await simulatedStatus(lab.name)).toBe('h1 g1\nh2 (no VM)');
  process.kill(pidOfLab(), 'SIGKILL');
  await simulatedDown(lab.name);
  expect(existsSync(lab.paths.directory)).toBe(false);
});

test('a data centre whose folder is gone ends by itself', async () => {
  const pid = pidOfLab();
  rmSync(lab.paths.directory, { recursive: true });
  await expectGone(pid);
});

test('what a killed "up" left is cleared', async () => {
  const directory = join(home(), 'labs', 'half');
  mkdirSync(directory);
  expect((await up('half')).name).toBe('half');
  await simulatedDown('half');
  expect(existsSync(directory)).toBe(false);
});

test('two labs run side by side, and a name is taken once', async () => {
  await expect(up(lab.name)).rejects.toThrow(/is up already/);
  const other = await up('other');
  expect(other.url).not.toBe(lab.url);
  await simulatedDown('other');
  expect(await simulatedAlive(lab.name)).toBe(true);
});

test('the lab of another kind is left alone', async () => {
  const directory = join(home(), 'labs', 'real');
  mkdirSync(directory);
  writeFileSync(join(directory, 'lab.json'), JSON.stringify({ name: 'real', suite: 'bookworm' }));
  expect(await simulatedAlive('real')).toBe(false);
  await simulatedDown('real');
  expect(existsSync(join(directory, 'lab.json'))).toBe(true);
  await expect(up('real')).rejects.toThrow(/there is a KVM lab real/);
});
