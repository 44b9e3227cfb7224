import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../agents/run-program';
import { processCpuTicks } from '../process-cpu-ticks';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(120_000);

const { program, home } = useBuiltAgent();
const started: string[] = [];

afterEach(async () => {
  const { path } = await program();
  await Promise.all(started.splice(0).map((directory) => runProgram(path, 'stop', directory, '0')));
});

async function start(load: 'cpu' | 'lock', setting: string, revision = 1) {
  const directory = join(home(), `load-${String(started.length)}`, load);
  if (revision === 1) started.push(directory);
  const { path } = await program();
  const state = started.at(-1) ?? directory;
  const lines = [`revision=${String(revision)}`, 'renewal=1', 'lease_s=60', setting];
  const { fields } = await runProgram(path, 'start', load, state, ...lines);
  const now = async () => (await runProgram(path, 'status', state)).fields;
  return { pid: Number(fields['pid']), fields, now };
}

/** Until it says that it is ready, or why it cannot be. */
async function ready(now: () => Promise<Readonly<Record<string, string>>>): Promise<Readonly<Record<string, string>>> {
  for (;;) {
    const fields = await now();
    if (fields['ready'] === '1' || fields['problem'] !== '') return fields;
    await sleep(50);
  }
}

/** Processor time that the kernel counts of a process, seconds. */
function usedS(pid: number): number {
  return processCpuTicks(pid) / 100;
}

function lockedKib(pid: number): number {
  return Number(/^VmLck:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);
}

const history = (fields: Readonly<Record<string, string>>, name: string): readonly number[] =>
  (fields[name] ?? '').split(',').filter(Boolean).map(Number);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('a CPU load says what the kernel says it used, on every processor, and never more than it is to', async () => {
  const { pid, now } = await start('cpu', 'percent=25');
  const [seconds, begun, before] = [6, performance.now(), usedS(pid)];
  const first = history(await now(), 'history_percent').length;
  await sleep(seconds * 1_000);
  const fields = await now();
  const usedPercent = ((usedS(pid) - before) / ((performance.now() - begun) / 1_000) / availableParallelism()) * 100;
  expect(Number(fields['processors'])).toBe(availableParallelism());
  const told = history(fields, 'history_percent').slice(first);
  expect(told.length).toBeGreaterThan(seconds / 2);
  // Of the second at either end only a part is in both.
  expect(Math.abs(mean(told) - usedPercent)).toBeLessThan(3 + 25 / seconds);
  expect(usedPercent).toBeLessThan(28);
  expect(usedPercent).toBeGreaterThan(2);
});

test('a CPU load that was stopped makes up for nothing, and takes a new share', async () => {
  const { pid, now } = await start('cpu', 'percent=20');
  await sleep(2_200);
  process.kill(pid, 'SIGSTOP');
  await sleep(2_000);
  process.kill(pid, 'SIGCONT');
  await sleep(2_500);
  const after = await now();
  expect(Number(after['stalled_ms'])).toBeGreaterThan(1_500);
  expect(Math.max(...history(after, 'history_percent'))).toBeLessThan(27);
  const changed = await start('cpu', 'percent=60', 2);
  expect(changed.pid).toBe(pid);
  expect(changed.fields).toMatchObject({ percent: '60.000', problem: '' });
});

test.each(['percent=101', 'percent=-1', 'percent=half', 'percent=nan'])(
  'a CPU load of %s is a problem',
  async (wrong) => {
    const { fields, pid } = await start('cpu', wrong);
    expect(fields).toMatchObject({ ready: '0', problem: 'percent is not a number from 0 to 100' });
    const before = usedS(pid);
    await sleep(500);
    expect(usedS(pid) - before).toBeLessThan(0.1);
  },
);

test('locked memory is ready when the kernel has locked all of it, and changes its size', async () => {
  const first = await start('lock', 'mib=48');
  expect(await ready(first.now)).toMatchObject({ ready: '1', mib: '48', achieved_mib: '48' });
  expect(lockedKib(first.pid)).toBe(48 * 1_024);
  await start('lock', 'mib=16', 2);
  expect(await ready(first.now)).toMatchObject({ ready: '1', mib: '16', achieved_mib: '16' });
  expect(lockedKib(first.pid)).toBe(16 * 1_024);
});

test.each([
  ['mib=100000000000', 'mib is not a number in range'],
  ['mib=-1', 'mib is not a number in range'],
  ['mib=10000000', 'it does not fit into the memory that is available'],
])('locked memory of %s is a problem', async (wrong, problem) => {
  const { fields, pid } = await start('lock', wrong);
  expect(fields).toMatchObject({ ready: '0', problem, achieved_mib: '0' });
  expect(lockedKib(pid)).toBe(0);
});
