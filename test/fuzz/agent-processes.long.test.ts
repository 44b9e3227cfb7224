import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../agents/run-program';
import { freePort } from '../agents/free-port';
import { answerBadly, answeredIn, fuzzDesiredStates, fuzzEcho } from './agent-processes';
import { buildSanitisedAgent } from './sanitised-agent';

const CASES = Number(process.env['DROVER_FUZZ_AGENT_CASES'] ?? 1_000);
const SEED = Number(process.env['DROVER_FUZZ_SEED'] ?? 20_261_126);

jest.setTimeout(3_600_000);

let home = '';
let program = '';
let watched = true;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drover-fuzz-'));
  const given = process.env['DROVER_FUZZ_AGENT'];
  if (given === undefined) ({ path: program, watched } = await buildSanitisedAgent(home));
  else program = given;
});
afterAll(() => rm(home, { recursive: true, force: true }));

const head = ['revision=1', 'renewal=1', 'lease_s=600'];

test('the agent ends at the first byte out of bounds: this compiler has the sanitisers', () => {
  expect(watched).toBe(true);
});

test('damaged desired states, segments and answers of virsh: no agent crashes, hangs or leaks', async () => {
  const counts = await fuzzDesiredStates(program, home, CASES, SEED);
  console.log('desired states', SEED, counts);
  expect(counts.accepted).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(0);
});

test('an echo answers whole probes and nothing else, whatever is sent to it', async () => {
  const directory = join(home, 'echo');
  const port = await freePort();
  await runProgram(program, 'start', 'echo', directory, ...head, `port=${String(port)}`);
  const counts = await fuzzEcho(port, CASES * 2, SEED);
  console.log('datagrams to an echo', SEED, counts);
  expect(counts.accepted).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(0);
  const { running } = await runProgram(program, 'status', directory);
  await runProgram(program, 'stop', directory);
  expect(running).toBe(true);
});

test('a prober believes right answers only, whatever is sent to it', async () => {
  const directory = join(home, 'probe');
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const target = `target=3 127.0.0.1 ${String(socket.address().port)}`;
  await runProgram(program, 'start', 'probe', directory, ...head, 'period_us=2000', target);
  const { right } = await answerBadly(socket, CASES * 2, SEED);
  const { running } = await runProgram(program, 'status', directory);
  await runProgram(program, 'stop', directory, '20');
  socket.close();
  expect(running).toBe(true);
  const believed = await answeredIn(directory);
  console.log('answers to a prober', SEED, { cases: CASES * 2, right: right.size, believed: believed.size });
  expect(believed.size).toBeGreaterThan(0);
  expect([...believed].filter((seq) => !right.has(seq))).toEqual([]);
});
