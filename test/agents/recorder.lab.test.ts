import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RecordedFrame } from '../../agents/recorded-frame';
import { parseRecorderCursor, readRecorderAnswer } from '../../agents/recorder-answer';
import { parseAgentStatus } from '../../agents/agent-status';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(120_000);

const { program, home } = useBuiltAgent();
const ROOT = process.getuid?.() === 0;
const MOST = 2 ** 20;
const started: string[] = [];

/** Runs the program with the virsh of this test. */
async function run(...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${join(home(), 'bin')}:${process.env['PATH'] ?? ''}` };
  return (await promisify(execFile)((await program()).path, args, { env, maxBuffer: 4 * MOST })).stdout;
}

// The recorder on this machine, with a virsh that answers at once.
beforeAll(() => {
  const bin = join(home(), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'virsh'), "#!/bin/sh\necho \"Domain: 'g1'\"\necho '  state.state=1'\necho '  cpu.time=5'\n");
  chmodSync(join(bin, 'virsh'), 0o755);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (directory) => run('stop', directory, '0')));
});

async function record(directory: string, settings: Readonly<Record<string, number>>): Promise<string> {
  mkdirSync(directory, { recursive: true });
  started.push(directory);
  const desired = { revision: 1, renewal: 1, lease_s: 60, period_ms: 1_000, ...settings };
  await run('start', 'record', directory, ...Object.entries(desired).map(([key, value]) => `${key}=${String(value)}`));
  return directory;
}

async function read(directory: string, before: string | null) {
  const frames: RecordedFrame[] = [];
  let cursor = before;
  let lost = false;
  for (let more = true; more;) {
    const from = parseRecorderCursor(cursor);
    const stdout = await run('read', directory, from.segment, String(from.offset), String(MOST));
    const reading = readRecorderAnswer(stdout, from, MOST);
    frames.push(...reading.frames);
    lost ||= reading.lost;
    ({ cursor, more } = reading);
  }
  return { frames, cursor, lost };
}

const files = (directory: string): string[] => readdirSync(directory).filter((name) => name.endsWith('.rec'));
const ticks = (frames: readonly RecordedFrame[], kind: RecordedFrame['kind']): number[] =>
  frames.filter((frame) => frame.kind === kind).map(({ tickMs }) => tickMs);
const status = async (directory: string) => parseAgentStatus(await run('status', directory)).fields;

test('goes on in new files, keeps what is young enough and no more than it may; a late reader is told what is gone', async () => {
  const kept = await record(join(home(), 'kept'), { segment_bytes: 1 });
  const aged = await record(join(home(), 'aged'), { segment_bytes: 1, keep_s: 3, own_processes: 1 });
  const bounded = await record(join(home(), 'bounded'), { segment_bytes: 1, max_bytes: 40_000 });
  await sleep(2_500);
  const early = await read(aged, null);
  const first = await read(kept, null);
  await sleep(8_000);

  const second = await read(kept, first.cursor);
  const all = await read(kept, null);
  expect(files(kept).length).toBeGreaterThan(10);
  const collected = [...first.frames, ...second.frames];
  expect(all.frames.slice(0, collected.length)).toEqual(collected);
  expect([first.lost, second.lost, all.lost]).toEqual([false, false, false]);
  for (const kind of ['host', 'domstats'] as const) {
    const own = ticks(all.frames, kind);
    expect(own.length).toBeGreaterThanOrEqual(3);
    expect(own).toEqual([...new Set(own)].sort((a, b) => a - b));
    expect(own.filter((tick) => tick % 1_000 !== 0)).toEqual([]);
  }

  const young = await read(aged, null);
  const taken = young.frames.map(({ takenAtMs }) => takenAtMs);
  // Whole seconds of file times, and the frame that is being written.
  expect(Math.max(...taken) - Math.min(...taken)).toBeLessThan(3_000 + 2_500);
  expect(Math.min(...taken)).toBeGreaterThan(Math.min(...early.frames.map(({ takenAtMs }) => takenAtMs)));
  const late = await read(aged, early.cursor?.replace(/~?:\d+$/, ':40') ?? null);
  expect(late.lost).toBe(true);

  const bytes = files(bounded).reduce((sum, name) => sum + statSync(join(bounded, name)).size, 0);
  expect(bytes).toBeLessThan(40_000 + 20_000);
  expect(ticks((await read(bounded, null)).frames, 'host').at(-1)).toBeGreaterThanOrEqual(
    ticks(first.frames, 'host').at(-1) ?? NaN,
  );
});

(ROOT ? describe : describe.skip)(
  ROOT ? 'a full disk' : 'a full disk (skipped: only root can mount a small one)',
  () => {
    test('costs frames, never the recorder', async () => {
      const disk = join(home(), 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
      try {
        const directory = await record(join(disk, 'state'), {});
        await sleep(2_500);
        const filler = join(disk, 'filler');
        for (let kib = 256; kib >= 4; kib /= 2)
          try {
            for (;;) writeFileSync(filler, Buffer.alloc(kib * 1_024), { flag: 'a' });
          } catch {
            // Full to the last page.
          }
        await sleep(4_500);
        const { pid } = await status(directory);
        execFileSync('rm', [filler]);
        const freedAtMs = Date.now();
        for (
          let n = 0;
          n < 100 && !ticks((await read(directory, null)).frames, 'domstats').some((tick) => tick > freedAtMs);
          n += 1
        )
          await sleep(200);
        const { frames, lost } = await read(directory, null);
        expect(lost).toBe(false);
        for (const kind of ['host', 'domstats'] as const) expect(ticks(frames, kind).at(-1)).toBeGreaterThan(freedAtMs);
        expect(await status(directory)).toMatchObject({ running: '1', pid });
        // Also where the file that told it first was given up for room.
        expect(frames[0]?.kind).toBe('series');
        expect(frames.some(({ text }) => text.includes('unwritten=No space left on device'))).toBe(true);
        await run('stop', directory, '0');
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    });
  },
);
