import { execFile, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildAgent } from '../../agents/build';
import { findCompiler } from '../../agents/find-compiler';
import { runProgram } from '../../agents/run-program';
import { freePort } from './free-port';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(240_000);

const { program, home } = useBuiltAgent();
const started: string[] = [];
let folders = 0;

afterEach(async () => {
  const { path } = await program();
  await Promise.all(started.splice(0).map((directory) => runProgram(path, 'stop', directory, '0')));
});

function folder(): string {
  const directory = join(home(), `agents-${String(folders++)}`, 'state');
  started.push(directory);
  return directory;
}

async function run(...args: string[]) {
  return runProgram((await program()).path, ...args);
}

async function start(agent: string, directory: string, settings: Readonly<Record<string, string | number>>) {
  const desired = { revision: 1, renewal: 1, lease_s: 60, ...settings };
  return run('start', agent, directory, ...Object.entries(desired).map(([key, value]) => `${key}=${String(value)}`));
}

test('the sources compile without a warning', async () => {
  const [compiler, ...options] = await findCompiler(home());
  const sources = resolve(dirname(require.resolve('drover/agents/c/agent.c')));
  const files = (await readdir(sources)).filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
  const flags = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-pthread', '-Wall', '-Wextra', '-Werror', '-static'];
  const { stderr } = await promisify(execFile)(compiler, [
    ...options,
    ...flags,
    ...files,
    '-o',
    join(home(), 'strict'),
  ]);
  expect(stderr).toBe('');
});

test('it is compiled once, and again only if something changed', async () => {
  const [one, two] = await Promise.all([buildAgent(home()), buildAgent(home())]);
  expect(one).toEqual(two);
  expect(one).toEqual(await program());
  expect(await readdir(dirname(one.path))).toEqual(['drover-agent']);
});

test('a load keeps a pace of less than 1 MiB/s, and never catches up on a stall', async () => {
  const directory = folder();
  await start('dirty', directory, { working_set_mib: 4, mib_per_s: '0.5', pattern: 'random' });
  const { fields } = await run('status', directory);
  expect(fields).toMatchObject({ mib_per_s: '0.500', problem: '' });
  const pid = Number(fields['pid']);
  await sleep(2_200);
  process.kill(pid, 'SIGSTOP');
  await sleep(2_000);
  process.kill(pid, 'SIGCONT');
  await sleep(2_500);
  const after = (await run('status', directory)).fields;
  expect(Number(after['stalled_ms'])).toBeGreaterThan(1_500);
  const rates = (after['history_mib_per_s'] ?? '').split(',').map(Number);
  expect(rates.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...rates)).toBeLessThan(0.75);
  expect(Math.max(...rates)).toBeGreaterThan(0.3);
});

test.each([
  [{ working_set_mib: 4, mib_per_s: 'fast' }],
  [{ working_set_mib: 4, mib_per_s: '-1' }],
  [{ working_set_mib: 4, mib_per_s: 'inf' }],
  [{ working_set_mib: -4, mib_per_s: '1' }],
])('a load of %j is a problem, not something else', async (settings) => {
  const directory = folder();
  const { fields } = await start('dirty', directory, settings);
  expect(fields['problem']).toContain('not a number in range');
  expect(fields['ready']).toBe('0');
});

test('an echo answers well-formed probes with its own clock, and nothing else', async () => {
  const port = await freePort();
  const directory = folder();
  await start('echo', directory, { port });
  const socket = createSocket('udp4');
  const probe = Buffer.alloc(24);
  probe.writeUInt32LE(0x5256_5244, 0);
  probe.writeUInt32LE(1, 4);
  probe.writeBigUInt64LE((7n << 48n) | 41n, 8);
  probe.writeBigUInt64LE(123_456_789n, 16);
  const answers = collectAnswers(socket);
  const wrong = Buffer.from(probe);
  wrong.writeUInt32LE(2, 4);
  for (const packet of [probe.subarray(1), wrong, Buffer.concat([probe, Buffer.alloc(8)]), probe])
    socket.send(packet, port, '127.0.0.1');
  for (let n = 0; n < 100 && answers.length === 0; n += 1) await sleep(50);
  await sleep(200);
  socket.close();
  expect(answers).toHaveLength(1);
  expect(answers[0]).toHaveLength(32);
  expect(answers[0]?.subarray(0, 24)).toEqual(probe);
  const clockMs = Number(answers[0]?.readBigUInt64LE(24)) / 1e6;
  expect(Math.abs(clockMs - performanceMonotonicMs())).toBeLessThan(10_000);
});

test('one directory has one agent, however many start it at the same time', async () => {
  const port = await freePort();
  const directory = folder();
  const all = await Promise.all(Array.from({ length: 6 }, () => start('echo', directory, { port })));
  expect(new Set(all.map(({ fields }) => fields['pid'])).size).toBe(1);
  expect(all.every(({ running }) => running)).toBe(true);
});

test('an agent outlives whoever started it, killed with its whole process group', async () => {
  const directory = folder();
  const { path } = await program();
  const settings = `revision=1 renewal=1 lease_s=60 port=${String(await freePort())}`;
  const starter = spawn('sh', ['-c', `"$0" start echo "$1" ${settings}; sleep 60`, path, directory], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(starter.stdout, 'data');
  process.kill(-(starter.pid ?? 0), 'SIGKILL');
  await once(starter, 'exit');
  expect((await run('status', directory)).running).toBe(true);
});

test('a port that is taken is an error of the start, and nothing stays behind', async () => {
  const port = await freePort();
  await start('echo', folder(), { port });
  const second = folder();
  await expect(start('echo', second, { port, clean: 1 })).rejects.toThrow(`UDP port ${String(port)}`);
  expect(existsSync(second)).toBe(false);
});

test('a renewal prolongs the lease; without one the agent goes, and cleans up after itself', async () => {
  const port = await freePort();
  const directory = folder();
  await start('echo', directory, { port, lease_s: 2, clean: 1 });
  for (let n = 2; n < 6; n += 1) {
    await sleep(800);
    expect((await run('renew', directory, String(n))).running).toBe(true);
  }
  for (let n = 0; n < 100 && existsSync(directory); n += 1) await sleep(100);
  expect(existsSync(dirname(directory))).toBe(false);
});

test('a name of a directory that is too long is refused, not cut off', async () => {
  const directory = join(home(), 'x'.repeat(200), 'y'.repeat(200), 'z'.repeat(200));
  await expect(start('echo', directory, { port: 1 })).rejects.toThrow('too long');
});

function collectAnswers(socket: Socket): Buffer[] {
  const answers: Buffer[] = [];
  socket.on('message', (message) => answers.push(message));
  return answers;
}

/** CLOCK_MONOTONIC, as process.hrtime reads it. */
function performanceMonotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

test('a target that is given twice while it is probed is told and probed on; a port that is none is refused', async () => {
  const directory = folder();
  const target = `1 127.0.0.1 ${String(await freePort())}`;
  await start('probe', directory, { target });
  const desired = ['revision=2', 'renewal=1', 'lease_s=99999999999999999', `target=${target}`, `target=${target}`];
  await run('start', 'probe', directory, ...desired);
  await sleep(500);
  const { running, fields } = await run('status', directory);
  expect(running).toBe(true);
  expect(fields['problem']).toMatch(/^not a target, or one with the number of another: target=1 127/);
  await expect(start('echo', folder(), { port: 70_000 })).rejects.toThrow('UDP port 70000');
});
