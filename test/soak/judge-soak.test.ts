import type { HistorySeen, ProcessSeen, SoakLine } from './journal';
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

const complaints = (lines: readonly SoakLine[]): readonly string[] => judgeSoak(lines, () => WHOLE_MS).complaints;
const history = (changes: Partial<HistorySeen>): HistorySeen => ({
  ...{ kind: 'history', atMs: LOOKS * MINUTE_MS, type: 'campaign', workflowId: 'c', runId: '1', open: false },
  ...{ events: 1_130, bytes: 700_000 },
  ...changes,
});

test('noise is no growth, nor is what a worker takes while it warms up', () => {
  const lines = journal('worker', (look) => ({ rssKib: Math.min(look, 40) * 5_000 + noise(look, 40_000) }));
  expect(complaints([...lines, history({})])).toEqual([]);
});

test('a leak of twenty MiB an hour shows through noise twice as large', () => {
  const lines = journal('worker', (look) => ({ rssKib: 200_000 + noise(look, 40_000) + (look / 60) * 20 * 1_024 }));
  expect(complaints(lines)).toEqual([
    expect.stringMatching(/^worker: memory, MiB grows by \d+\.\d in the whole campaign/),
  ]);
});

test('a handle every ten minutes is a leak, and so is one an hour of an agent', () => {
  const growing = (every: number) => (look: number) => ({ handles: 39 + Math.floor(look / every) });
  expect(complaints(journal('worker', growing(10)))).toEqual([expect.stringContaining('worker: handles grows by')]);
  expect(complaints(journal('h1 record', (look) => ({ ...growing(10)(look), rssKib: 700 })))).toEqual([
    expect.stringContaining('h1 record: handles went from'),
    expect.stringContaining('h1 record: handles grows by'),
  ]);
});

test('what is too short for a trend is not judged by one', () => {
  const lines = journal('worker', (look) => ({ rssKib: look * 10_000 }));
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
    ...journal('worker', () => ({})),
    history({ atMs: 1, open: true, events: 200 }),
    history({}),
    history({ runId: '2', events: 6_000 }),
  ];
  expect(judgeSoak(lines, () => WHOLE_MS)).toMatchObject({
    histories: [{ type: 'campaign', runs: 2, events: 7_130, longest: 6_000 }],
    complaints: ['a history of campaign has 6000 events'],
  });
});
