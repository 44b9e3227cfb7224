import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prober } from '../../agents/create-prober';
import { createLocalProber } from '../../agents/local-prober';
import type { ProbeGap, ProbeRecord, ProbeTarget } from '../../agents/probe-types';
import { runProgram } from '../../agents/run-program';
import { freePort } from './free-port';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(240_000);

const PERIOD_MS = 5;
const LEASE_S = 60;
const { program, home } = useBuiltAgent();

interface Echo {
  readonly target: ProbeTarget;
  readonly pid: number;
}

const echoes: string[] = [];
const probers: Prober[] = [];
let folders = 0;

function makeProber(): { readonly prober: Prober; readonly directory: string } {
  const directory = join(home(), 'probers', `p${String(folders++)}`);
  const prober = createLocalProber({ directory, program, vantage: 'here' });
  probers.push(prober);
  return { prober, directory };
}

async function startEcho(name: string): Promise<Echo> {
  const directory = join(home(), `echo-${name}-${String(folders++)}`);
  const port = await freePort();
  const settings = ['revision=1', 'renewal=1', 'lease_s=60', 'clean=1', `port=${String(port)}`];
  const { fields } = await runProgram((await program()).path, 'start', 'echo', directory, ...settings);
  echoes.push(directory);
  return { target: { name, kind: 'vm', address: '127.0.0.1', port }, pid: Number(fields['pid']) };
}

async function proberPid(directory: string): Promise<number> {
  return Number((await runProgram((await program()).path, 'status', join(directory, 'state'))).fields['pid']);
}

/** Collects `times` times with a pause, handing every cursor back. */
async function collectMany(prober: Prober, times: number, pauseMs: number) {
  const records: ProbeRecord[] = [];
  const gaps: ProbeGap[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < times; n += 1) {
    await sleep(pauseMs);
    const harvest = await prober.collect(cursor);
    records.push(...harvest.records);
    gaps.push(...harvest.gaps);
    cursor = harvest.cursor;
  }
  return { records, gaps, cursor };
}

const seqsOf = (records: readonly ProbeRecord[], target: string): number[] =>
  records.filter((record) => record.target === target).map(({ seq }) => seq);

function expectWithoutHoles(seqs: readonly number[]): void {
  expect(seqs.length).toBeGreaterThan(0);
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
}

afterEach(async () => {
  const { path } = await program();
  await Promise.all(probers.splice(0).map((prober) => prober.remove()));
  await Promise.all(echoes.splice(0).map((directory) => runProgram(path, 'stop', directory, '1')));
});

test('records of two targets arrive, none is lost or doubled over many small collects', async () => {
  const [a, b] = [await startEcho('a'), await startEcho('b')];
  const { prober } = makeProber();
  const began = Date.now();
  await prober.ensure([a.target, b.target], PERIOD_MS, LEASE_S);
  const { records, gaps, cursor } = await collectMany(prober, 60, 25);
  await prober.stop();
  const rest = await prober.collect(cursor);
  const all = [...records, ...rest.records];
  for (const name of ['a', 'b']) expectWithoutHoles(seqsOf(all, name));
  expect([...gaps, ...rest.gaps]).toEqual([]);
  expect(seqsOf(all, 'a').length).toBeGreaterThan(100);
  const answered = all.filter(({ answeredAtMs }) => answeredAtMs !== null);
  expect(answered.length / all.length).toBeGreaterThan(0.9);
  for (const { sentAtMs, answeredAtMs, dueAtMs, guestClockMs } of answered) {
    expect(dueAtMs).toBeGreaterThan(began - 1000);
    expect(sentAtMs).toBeGreaterThanOrEqual(dueAtMs);
    expect(answeredAtMs).toBeGreaterThan(sentAtMs);
    expect(guestClockMs).toBeGreaterThan(0);
  }
  expect((await prober.collect(rest.cursor)).records).toEqual([]);
});

test('a stopped echo shows as probes without a prompt answer for about that time', async () => {
  const [a, b] = [await startEcho('a'), await startEcho('b')];
  const { prober } = makeProber();
  await prober.ensure([a.target, b.target], PERIOD_MS, LEASE_S);
  await sleep(500);
  process.kill(a.pid, 'SIGSTOP');
  const stoppedMs = Date.now();
  await sleep(1_500);
  const continuedMs = Date.now();
  process.kill(a.pid, 'SIGCONT');
  await sleep(500);
  await prober.stop();
  const { records } = await prober.collect(null);
  const during = records.filter(({ sentAtMs }) => sentAtMs > stoppedMs + 50 && sentAtMs < continuedMs - 50);
  const ofA = during.filter(({ target }) => target === 'a');
  expect(ofA.length).toBeGreaterThan(100);
  // Every one of them had to wait for the echo: late, or lost where its buffer was full.
  for (const { answeredAtMs } of ofA) expect(answeredAtMs === null || answeredAtMs >= continuedMs - 5).toBe(true);
  const promptB = during.filter(
    ({ target, sentAtMs, answeredAtMs }) => target === 'b' && answeredAtMs !== null && answeredAtMs - sentAtMs < 1_000,
  );
  expect(promptB.length).toBeGreaterThan(100);
  expectWithoutHoles(seqsOf(records, 'a'));
});

test('the same ensure again disturbs nothing, another target joins without a break of the first', async () => {
  const [a, b] = [await startEcho('a'), await startEcho('b')];
  const { prober, directory } = makeProber();
  await prober.ensure([a.target], PERIOD_MS, LEASE_S);
  const pid = await proberPid(directory);
  await prober.ensure([a.target], PERIOD_MS, LEASE_S);
  await prober.renew();
  await prober.ensure([b.target, a.target], PERIOD_MS, LEASE_S);
  await sleep(300);
  expect(await proberPid(directory)).toBe(pid);
  await prober.stop();
  const { records, gaps } = await prober.collect(null);
  expect(gaps).toEqual([]);
  expectWithoutHoles(seqsOf(records, 'a'));
  expectWithoutHoles(seqsOf(records, 'b'));
});

test.each(['ensure', 'renew'] as const)(
  'a killed prober is started again by %s, and the hole is a gap',
  async (how) => {
    const a = await startEcho('a');
    const { prober, directory } = makeProber();
    await prober.ensure([a.target], PERIOD_MS, LEASE_S);
    const before = await collectMany(prober, 4, 100);
    process.kill(await proberPid(directory), 'SIGKILL');
    await sleep(100);
    const deadMs = Date.now();
    await sleep(600);
    const resumedMs = Date.now();
    if (how === 'renew') await prober.renew();
    else await prober.ensure([a.target], PERIOD_MS, LEASE_S);
    await sleep(300);
    await prober.stop();
    const after = await prober.collect(before.cursor);
    expect(after.gaps).toEqual([
      {
        fromMs: expect.any(Number) as number,
        untilMs: expect.any(Number) as number,
        reason: 'the prober did not run: it was killed',
      },
    ]);
    const [gap] = after.gaps;
    expect(gap?.fromMs).toBeLessThanOrEqual(deadMs);
    expect(gap?.untilMs).toBeGreaterThanOrEqual(resumedMs);
    const records = [...before.records, ...after.records];
    const within = records.filter(({ dueAtMs }) => dueAtMs > (gap?.fromMs ?? 0) && dueAtMs < (gap?.untilMs ?? 0));
    expect(within).toEqual([]);
    const seqs = seqsOf(records, 'a');
    expect(seqs).toEqual([...new Set(seqs)].sort((x, y) => x - y));
  },
);

test('one that was dead when the measurement stopped leaves a gap up to then', async () => {
  const a = await startEcho('a');
  const { prober, directory } = makeProber();
  await prober.ensure([a.target], PERIOD_MS, LEASE_S);
  const { cursor } = await collectMany(prober, 2, 200);
  process.kill(await proberPid(directory), 'SIGKILL');
  await sleep(500);
  const stoppedMs = Date.now();
  await prober.stop();
  const last = await prober.collect(cursor);
  expect(last.gaps).toHaveLength(1);
  expect(last.gaps[0]?.untilMs).toBeGreaterThanOrEqual(stoppedMs);
  expect((await prober.collect(last.cursor)).gaps).toEqual([]);
});

test('it ends by itself when its lease does, and what it measured can still be collected', async () => {
  const a = await startEcho('a');
  const { prober, directory } = makeProber();
  await prober.ensure([a.target], PERIOD_MS, 1);
  const pid = await proberPid(directory);
  for (let n = 0; n < 200 && isAlive(pid); n += 1) await sleep(100);
  expect(isAlive(pid)).toBe(false);
  expectWithoutHoles(seqsOf((await prober.collect(null)).records, 'a'));
});

test('a damaged segment is a gap with its reason, and what is whole of it arrives', async () => {
  const a = await startEcho('a');
  const { prober, directory } = makeProber();
  await prober.ensure([a.target], PERIOD_MS, LEASE_S);
  await sleep(1_000);
  await prober.stop();
  const state = join(directory, 'state');
  const [segment = ''] = (await readdir(state)).filter((name) => name.endsWith('.seg'));
  const bytes = await readFile(join(state, segment));
  const whole = (await prober.collect(null)).records;
  bytes.fill(0xa5, 128 + 32 * 20, 128 + 32 * 30);
  await writeFile(join(state, segment), bytes);
  const { records, gaps } = await prober.collect(null);
  expect(records).toEqual([...whole.slice(0, 20), ...whole.slice(30)]);
  expect(gaps).toEqual([
    { fromMs: whole[19]?.dueAtMs, untilMs: whole[30]?.dueAtMs, reason: `segment ${segment} is damaged` },
  ]);
});

test('remove leaves nothing, also of a running one', async () => {
  const a = await startEcho('a');
  const { prober, directory } = makeProber();
  await prober.ensure([a.target], PERIOD_MS, LEASE_S);
  const pid = await proberPid(directory);
  await prober.remove();
  expect(existsSync(directory)).toBe(false);
  for (let n = 0; n < 50 && isAlive(pid); n += 1) await sleep(100);
  expect(isAlive(pid)).toBe(false);
  await prober.remove();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
