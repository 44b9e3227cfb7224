import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { access, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAgentStatus } from '../../agents/agent-status';
import { parseSegmentHeader, parseSegmentRecords } from '../../agents/probe-segment';
import { checkMessage } from './check-message';
import { garbledBytes, garbledText } from './garble-text';
import { DOMSTATS } from './virsh-recordings';

/** What the processes did with their cases; a crash, hang or leak is thrown instead. */
interface ProcessCounts {
  readonly cases: number;
  /** Desired states that an agent ran with; datagrams that were answered, or believed. */
  readonly accepted: number;
  readonly refused: number;
}

const HEAD = 'revision=1\nrenewal=1\nlease_s=60\n';
const DESIRED = {
  echo: [`${HEAD}port=0\n`, `${HEAD}port=PORT\n`],
  cpu: [`${HEAD}percent=12.5\n`],
  lock: [`${HEAD}mib=4\n`],
  dirty: [`${HEAD}working_set_mib=4\nmib_per_s=2.5\npattern=random\n`],
  probe: [
    `${HEAD}period_us=1000\nseq_origin_ms=1764000000000\nvantage=here\nmax_bytes=1000000\nsegment_bytes=4096\ntarget=1 127.0.0.1 PORT\ntarget=2 ::1 PORT\n`,
  ],
  record: [`${HEAD}period_ms=1000\ndeadline_ms=800\nown_processes=0\nkeep_s=60\nmax_bytes=1000000\nsegment_bytes=1\n`],
} as const;
const AGENTS = ['echo', 'cpu', 'lock', 'dirty', 'probe', 'record'] as const;
type AgentName = (typeof AGENTS)[number];

// So many at once: they mostly wait.
const AT_ONCE = 12;
const ENDS_WITHIN_MS = 180_000;

/**
 * Runs real agents with desired states, segments and answers of virsh that are damaged, twice each so that they change
 * while it runs. @param program - the agent program @throws Error if one crashes, is killed, leaks or does not end
 */
export async function fuzzDesiredStates(
  program: string,
  home: string,
  cases: number,
  seed: number,
): Promise<ProcessCounts> {
  const text = (agent: AgentName): fc.Arbitrary<string> =>
    garbledText(fc.constantFrom(...DESIRED[agent]), 2).filter(
      (one) => (agent !== 'dirty' && agent !== 'lock') || fits(one),
    );
  const one = fc.constantFrom(...AGENTS).chain((agent) =>
    fc.record({
      agent: fc.constant(agent),
      desired: fc.tuple(text(agent), text(agent)),
      segment: garbledBytes(fc.constant(Buffer.alloc(160, 7))),
      virsh: garbledText(fc.constant(DOMSTATS), 5),
    }),
  );
  const all = fc.sample(one, { numRuns: cases, seed });
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const counts = { cases, accepted: 0, refused: 0 };
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      const { agent, desired, segment, virsh } = all[index] ?? fail('no case');
      const port = String(silent.address().port);
      const texts = desired.map((each) => each.replaceAll('PORT', agent === 'echo' ? String(40_000 + index) : port));
      const ran = await runOnce(program, join(home, `case-${String(index)}`), agent, texts, segment, virsh);
      counts[ran ? 'accepted' : 'refused'] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  silent.close();
  return counts;
}

/** No more memory than a test may take: what lies between that and the agent's own bound is left out. */
function fits(desired: string): boolean {
  return [...desired.matchAll(/mib=\s*\+?(\d+)/g)].every(([, mib]) => Number(mib) <= 16 || Number(mib) > 2 ** 24);
}

async function runOnce(
  program: string,
  home: string,
  agent: AgentName,
  desired: readonly string[],
  segment: Buffer,
  virsh: string,
): Promise<boolean> {
  const directory = join(home, 'state');
  const bin = join(home, 'bin');
  await mkdir(directory, { recursive: true });
  await mkdir(bin);
  await writeFile(join(bin, 'answer'), virsh);
  await writeFile(join(bin, 'virsh'), `#!/bin/sh\ncat ${bin}/answer\n`);
  await chmod(join(bin, 'virsh'), 0o755);
  for (const kind of ['seg', 'rec']) await writeFile(join(directory, `0001764000000000-00000001.${kind}`), segment);
  await writeFile(join(directory, 'desired'), desired[0] ?? '');
  const child = spawn(program, [agent, directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const began = await Promise.race([waitForStatus(directory), exit.then(() => 'ended' as const)]);
  if (began === 'running') {
    await writeFile(join(directory, 'desired'), `revision=77\n${desired[1] ?? ''}`);
    await sleep(600);
  }
  child.kill('SIGTERM');
  const late = sleep(ENDS_WITHIN_MS, null, { ref: false });
  const end = await Promise.race([exit, late]);
  if (end === null) child.kill('SIGKILL');
  const [code, signal] = end ?? [null, 'does not end'];
  // A leak, an overflow or a byte out of bounds ends a watched process with another code and its report.
  if (signal !== null || (code !== 0 && code !== 1) || /Sanitizer|runtime error/.test(said))
    throw new Error(`${agent} with ${JSON.stringify(desired)}: ${String(signal ?? code)}: ${said.slice(0, 4_000)}`);
  const status = await readFile(join(directory, 'status'), 'utf8').catch(() => '');
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  if (/[\u0000-\u0009\u000B-\u001F]/.test(status)) throw new Error(`control characters in ${JSON.stringify(status)}`);
  await rm(home, { recursive: true, force: true });
  const problem = parseAgentStatus(status).fields['problem'] ?? '';
  if (began === 'running' && problem === '') return true;
  checkMessage(problem === '' ? said.trim() : problem);
  return false;
}

/** @throws Error if the agent neither says how it does nor ends */
async function waitForStatus(directory: string): Promise<'running'> {
  for (let look = 0; look < 300; look += 1) {
    const there = await access(join(directory, 'status')).then(
      () => true,
      () => false,
    );
    if (there) return 'running';
    await sleep(50);
  }
  throw new Error(`an agent says nothing: ${directory}`);
}

/** Sends datagrams to a real echo: whole probes are answered with themselves, nothing else is answered at all. */
export async function fuzzEcho(port: number, cases: number, seed: number): Promise<ProcessCounts> {
  const probe = Buffer.alloc(24);
  probe.writeUInt32LE(0x52565244, 0);
  probe.writeUInt32LE(1, 4);
  const numbered = fc.tuple(garbledBytes(fc.constant(probe)), fc.boolean());
  const datagrams = fc.sample(numbered, { numRuns: cases, seed }).map(([bytes, whole]) => (whole ? probe : bytes));
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const answers: Buffer[] = [];
  socket.on('message', (answer) => answers.push(answer));
  let expected = 0;
  for (const [index, bytes] of datagrams.entries()) {
    const sent = Buffer.from(bytes);
    const isProbe = sent.length === 24 && sent.readUInt32LE(0) === 0x52565244 && sent.readUInt32LE(4) === 1;
    if (isProbe) sent.writeUInt32LE(index, 8);
    await send(socket, sent, port);
    if (isProbe) expected += 1;
    // One at a time: what the kernel drops says nothing of the echo.
    if (isProbe) await until(() => answers.length >= expected);
  }
  await sleep(200);
  socket.close();
  const numbers = new Set(answers.map((answer) => answer.readUInt32LE(8)));
  if (answers.some(({ length }) => length !== 32) || numbers.size !== expected || answers.length !== expected)
    throw new Error(`${String(answers.length)} answers to ${String(expected)} probes`);
  return { cases, accepted: expected, refused: cases - expected };
}

/**
 * Answers a real prober with datagrams that are damaged, doubled or made up; only the right ones may be believed.
 * @returns once so many answers were sent; `believed` is for the comparison with the prober's records
 */
export async function answerBadly(
  socket: Socket,
  cases: number,
  seed: number,
): Promise<{ readonly right: ReadonlySet<number> }> {
  const right = new Set<number>();
  let sent = 0;
  const edits = fc.sample(garbledBytes(fc.constant(Buffer.alloc(32))), { numRuns: 500, seed });
  await new Promise<void>((resolve) => {
    socket.on('message', (probe, { address, port }) => {
      if (sent >= cases) {
        resolve();
        return;
      }
      const answer = Buffer.concat([probe, Buffer.alloc(8, 5)]);
      const bad = Buffer.from(edits[sent % edits.length] ?? answer);
      if (sent % 3 === 0) answer.copy(bad, 0, 0, Math.min(bad.length, 16));
      socket.send(bad, port, address);
      sent += 1;
      if (sent % 2 === 0) return;
      right.add(probe.readUInt32LE(8));
      for (let time = 0; time < 2; time += 1) socket.send(answer, port, address);
    });
  });
  return { right };
}

/** Sequence numbers of the answered probes in all segments of a directory. */
export async function answeredIn(directory: string): Promise<ReadonlySet<number>> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.seg'));
  const found = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(directory, name));
      const header = parseSegmentHeader(bytes);
      const records = header === null ? [] : parseSegmentRecords(bytes.subarray(128), header);
      if (header === null || records.includes(null)) throw new Error(`${name} is damaged`);
      return records.flatMap((record) => (typeof record?.answeredAtMs === 'number' ? [record.seq] : []));
    }),
  );
  return new Set(found.flat());
}

async function until(done: () => boolean): Promise<void> {
  for (let look = 0; look < 20_000 && !done(); look += 1) await sleep(1);
}

async function send(socket: Socket, bytes: Buffer, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.send(bytes, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
  });
}

function fail(what: string): never {
  throw new Error(what);
}
