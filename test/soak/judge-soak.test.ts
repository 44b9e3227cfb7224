import type { HeapSeen, HistorySeen, ProcessSeen, SoakLine } from './journal';
import { judgeSoak } from './judge-soak';

const LOOKS = 120;
const MINUTE_MS = 60_000;
const WHOLE_MS = 72 * 60 * MINUTE_MS;

/** A saw-tooth as collections draw it, the same each time. */
const noise = (look: number, size: number): number => ((look * 7_919) % 23) * (size / 23);

function seen(role: string, look: number, changes: Partial<ProcessSeen> = {}): ProcessSeen {
  return {
    ...{ kind: 'process', atMs: look * MINUTE_MS, role, pid: 1, rssKib: 200_000 + noise(look, 40_000) },
    ...{ anonKib: 100_000, handles: 39 + (look % 3), threads: 18, cpuTicks: look },
    ...changes,
  };
}

function journal(role: string, change: (look: number) => Partial<ProcessSeen>): readonly SoakLine[] {
  return Array.from({ length: LOOKS }, (_, look) => look).flatMap((look): readonly SoakLine[] => [
    seen(role, look, change(look)),
    { kind: 'world', atMs: look * MINUTE_MS, databaseBytes: look * 10_000, ended: look },
  ]);
}

const KIB_PER_MIB = 1_024;
const BYTES_PER_MIB = 2 ** 20;

/** Two threads that hold 50 and 20 MiB of the 80 and 30 that the engine has for them, and 90 MiB beside; what grows comes in addition. */
function heaps(
  grows: (look: number) => { readonly heldMib?: number; readonly slackMib?: number; readonly besideMib?: number },
) {
  return Array.from({ length: LOOKS }, (_, look) => look).flatMap((look): readonly HeapSeen[] => {
    const { heldMib = 0, slackMib = 0, besideMib = 0 } = grows(look);
    const heap = (thread: number, mib: number, held: number): HeapSeen => ({
      ...{ kind: 'heap', atMs: look * MINUTE_MS + thread, tick: look, pid: 1, thread, usedBytes: 0, externalBytes: 0 },
      ...{ buffersBytes: 0, heapBytes: (mib + noise(look, 4)) * BYTES_PER_MIB, heldBytes: held * BYTES_PER_MIB },
      anonKib: (200 + 2 * noise(look, 4) + heldMib + slackMib + besideMib) * KIB_PER_MIB,
    });
    return [heap(0, 80 + heldMib + slackMib, 50 + heldMib), heap(1, 30, 20)];
  });
}

const complaints = (lines: readonly SoakLine[]): readonly string[] => judgeSoak(lines, () => WHOLE_MS).complaints;
const history = (changes: Partial<HistorySeen>): HistorySeen => ({
  ...{ kind: 'history', atMs: LOOKS * MINUTE_MS, type: 'campaign', workflowId: 'c', runId: '1', open: false },
  ...{ events: 1_130, bytes: 700_000 },
  ...changes,
});

test('a worker whose heaps nobody looked at, or that has more than 1.25 GiB, is not passed', () => {
  expect(complaints(journal('worker', () => ({})))).toEqual(['what the worker has on its heaps is not known']);
  const large = journal('worker', (look) => ({ rssKib: look === 7 ? 1_405_000 : 200_000 }));
  expect(complaints([...large, ...heaps(() => ({}))])).toEqual(['the worker had 1372 MiB']);
});

test('noise is no growth', () => {
  const lines = journal('prober', (look) => ({ rssKib: 14_000 + noise(look, 2_000), handles: 9 }));
  expect(complaints([...lines, ...heaps(() => ({})), history({})])).toEqual([]);
});

test('a leak of an agent of one MiB an hour shows through noise twice as large', () => {
  const lines = journal('prober', (look) => ({
    rssKib: 14_000 + noise(look, 2_000) + (look / 60) * 1_024,
    handles: 9,
  }));
  expect(complaints(lines)).toEqual([
    expect.stringMatching(/^prober: memory, MiB grows by \d+\.\d in the whole campaign/),
  ]);
});

test('three MiB an hour that a worker holds on a heap or takes beside them are a leak; what its engine takes for them is none', () => {
  const mib = (look: number): number => (look / 60) * 3;
  const judged = (lines: readonly SoakLine[]) => complaints([...journal('worker', () => ({})), ...lines]);
  expect(judged(heaps((look) => ({ heldMib: mib(look) })))).toEqual([
    expect.stringMatching(/^worker, thread 0: held on the heap, MiB grows by 216/),
  ]);
  expect(judged(heaps((look) => ({ besideMib: mib(look) })))).toEqual([
    expect.stringMatching(/^worker: beside the heaps, MiB grows by 216/),
  ]);
  expect(judged(heaps((look) => ({ slackMib: mib(look) })))).toEqual([]);
});

test('a look that a thread has missed says nothing of what is beside the heaps', () => {
  const lines = heaps(() => ({})).filter(({ thread, tick }) => thread === 0 || tick % 5 !== 0);
  expect(complaints([...journal('worker', () => ({})), ...lines])).toEqual([]);
});

test('a handle every ten minutes is a leak, and so is one an hour of an agent', () => {
  const growing = (every: number) => (look: number) => ({ handles: 39 + Math.floor(look / every) });
  expect(complaints([...journal('worker', growing(10)), ...heaps(() => ({}))])).toEqual([
    expect.stringContaining('worker: handles grows by'),
  ]);
  expect(complaints(journal('h1 record', (look) => ({ ...growing(10)(look), rssKib: 700 })))).toEqual([
    expect.stringContaining('h1 record: handles went from'),
    expect.stringContaining('h1 record: handles grows by'),
  ]);
});

test('what is too short for a trend is not judged by one', () => {
  const lines = journal('prober', (look) => ({ rssKib: look * 10_000, handles: 9 }));
  expect(complaints(lines)).toHaveLength(1);
  expect(judgeSoak(lines, (soakMs) => soakMs * 100)).toMatchObject({ long: false, complaints: [] });
});

test('the server is noted only', () => {
  const verdict = judgeSoak(
    journal('server', (look) => ({ rssKib: look * 10_000 })),
    () => WHOLE_MS,
  );
  expect(verdict.complaints).toEqual([]);
  expect(verdict.trends.find(({ what }) => what === 'server: memory, MiB')?.growth).toBeGreaterThan(1_000);
});

test('a process that was started again is told', () => {
  expect(complaints(journal('prober', (look) => ({ pid: look < 60 ? 1 : 2, handles: 9 })))).toEqual([
    'prober was started again',
  ]);
});

test('a run of a workflow is counted once, as it was seen last; a long one is told', () => {
  const lines = [
    ...[...journal('worker', () => ({})), ...heaps(() => ({}))],
    history({ atMs: 1, open: true, events: 200 }),
    history({}),
    history({ runId: '2', events: 6_000 }),
  ];
  expect(judgeSoak(lines, () => WHOLE_MS)).toMatchObject({
    histories: [{ type: 'campaign', runs: 2, events: 7_130, longest: 6_000 }],
    complaints: ['a history of campaign has 6000 events'],
  });
});
