import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prober } from '../../agents/create-prober';
import type { ProbeRecord } from '../../agents/probe-types';
import { runProgram } from '../../agents/run-program';
import { createSshProber } from '../../agents/ssh-prober';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import { makeKeyPair, startTestServer, type TestServer } from '../remote/ssh-server';
import { freePort } from './free-port';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(120_000);

const PERIOD_MS = 5;
const { program, home } = useBuiltAgent();
const hostKey = makeKeyPair();
const userKey = makeKeyPair();
let server: TestServer;
let shell: RemoteShell;
let place = '';
let directory = '';
let echo = '';
let target = { name: 'g1', kind: 'vm', address: '127.0.0.1', port: 0 } as const as {
  readonly name: string;
  readonly kind: 'vm';
  readonly address: string;
  readonly port: number;
};

// This machine as the vantage, reached by a real SSH server, with its prober in a folder of the test.
beforeEach(async () => {
  server = await startTestServer(hostKey, userKey);
  shell = createSshShell();
  place = join(await mkdtemp(join(tmpdir(), 'drover-vantage-')), 'drover agents');
  directory = join(home(), 'probers', 'night run from v1');
  echo = join(home(), 'echo');
  target = { ...target, port: await freePort() };
  const settings = ['revision=1', 'renewal=1', 'lease_s=60', 'clean=1', `port=${String(target.port)}`];
  await runProgram((await program()).path, 'start', 'echo', echo, ...settings);
});

afterEach(async () => {
  await proberOf().remove();
  await runProgram((await program()).path, 'stop', echo, '1');
  await shell.close();
  await server.stop();
  await rm(join(place, '..'), { recursive: true, force: true });
});

/** As a worker that has just started makes it. */
function proberOf(): Prober {
  const places = [place];
  return createSshProber({
    ...{ directory, program, shell, places },
    vantage: 'v1',
    campaignId: 'night run',
    target: server.target(),
  });
}

function expectWithoutHoles(records: readonly ProbeRecord[]): void {
  const seqs = records.map(({ seq }) => seq);
  expect(seqs.length).toBeGreaterThan(100);
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
}

async function statusThere() {
  const [folder = ''] = await readdir(place);
  return runProgram((await program()).path, 'status', join(place, folder, 'probe'));
}

test('records come once and in order, whichever worker asks; a repeated piece is the same again', async () => {
  await proberOf().ensure([target], PERIOD_MS, 60);
  const records: ProbeRecord[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < 8; n += 1) {
    await sleep(150);
    const again = await proberOf().collect(cursor);
    // A worker that died after copying leaves what its cursor does not know of.
    await writeFile(join(directory, 'state', '9999999999999999-00000001.seg'), 'cut off');
    const harvest = await proberOf().collect(cursor);
    expect(harvest.records.slice(0, again.records.length)).toEqual(again.records);
    records.push(...harvest.records);
    ({ cursor } = harvest);
    await proberOf().renew();
  }
  const read = await proberOf().clock();
  // One machine: its clocks are this process's, as well as they can be read.
  expect(Math.abs(read?.offsetMs ?? Infinity)).toBeLessThan((read?.uncertaintyMs ?? 0) + 1000);
  await proberOf().stop();
  expect((await statusThere()).running).toBe(false);
  const rest = await proberOf().collect(cursor);
  expectWithoutHoles([...records, ...rest.records]);
  expect(rest.gaps).toEqual([]);
  expect((await proberOf().collect(rest.cursor)).records).toEqual([]);
  await proberOf().remove();
  expect([existsSync(place), existsSync(directory)]).toEqual([false, false]);
});

test('a prober that was killed is started again, and the hole is a gap with its reason', async () => {
  await proberOf().ensure([target], PERIOD_MS, 60);
  await sleep(500);
  const first = await proberOf().collect(null);
  process.kill(Number((await statusThere()).fields['pid']), 'SIGKILL');
  await sleep(300);
  await proberOf().renew();
  await sleep(500);
  await proberOf().stop();
  const second = await proberOf().collect(first.cursor);
  expect(second.gaps.map(({ reason }) => reason)).toEqual(['the prober did not run: it was killed']);
  expect(second.records.length).toBeGreaterThan(50);
});

test('without anybody who prolongs its lease it goes with all it brought; the next worker starts it again', async () => {
  await proberOf().ensure([target], PERIOD_MS, 2);
  await sleep(500);
  const { cursor } = await proberOf().collect(null);
  for (let n = 0; n < 200 && existsSync(place); n += 1) await sleep(100);
  expect(existsSync(place)).toBe(false);
  expect((await proberOf().collect(cursor)).records).toEqual([]);
  await proberOf().renew();
  await sleep(500);
  await proberOf().stop();
  const again = await proberOf().collect(cursor);
  expect(again.gaps.map(({ reason }) => reason)).toEqual(['the prober did not run']);
  expect(again.records.length).toBeGreaterThan(50);
});

test('a vantage that is out of reach is named', async () => {
  await server.stop();
  await expect(proberOf().ensure([target], PERIOD_MS, 60)).rejects.toThrow(/127\.0\.0\.1/);
  server = await startTestServer(hostKey, userKey);
});
