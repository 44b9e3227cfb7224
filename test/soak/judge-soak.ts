import type { HeapSeen, HistorySeen, ProcessSeen, SoakLine } from './journal';
import { robustSlope } from './robust-slope';

/** What a value did over the second half of a soak, and what that makes in the whole of the campaign that it stands for. */
export interface Trend {
  readonly what: string;
  /** At the middle and at the end of the soak. */
  readonly half: number;
  readonly end: number;
  readonly least: number;
  readonly most: number;
  /** Growth over the whole campaign at the slope of the second half, with its 95 % interval. */
  readonly growth: number;
  readonly growthLow: number;
  readonly growthHigh: number;
  /** More growth than this, by the low end of the interval, is a leak. */
  readonly bound: number;
}

/** How long histories of one kind of workflow were. */
export interface HistorySize {
  readonly type: string;
  readonly runs: number;
  readonly events: number;
  readonly bytes: number;
  readonly longest: number;
}

/** What a soak showed. */
export interface SoakVerdict {
  readonly minutes: number;
  /** Whether it was long enough for a trend to count. */
  readonly long: boolean;
  readonly trends: readonly Trend[];
  readonly histories: readonly HistorySize[];
  /** Empty: nothing grows. */
  readonly complaints: readonly string[];
}

type Points = readonly (readonly [atMs: number, value: number])[];

const MIB = 2 ** 20;
/** Twice what drover continues as new after. */
const LONGEST_HISTORY = 2_000;

/** What the whole campaign may add, and within what handles and threads may go up and down: connections come and go. */
const BOUNDS = {
  worker: { memoryMib: 128, handles: 12, band: 24 },
  agent: { memoryMib: 4, handles: 0, band: 2 },
  other: { memoryMib: 256, handles: 12, band: 24 },
} as const;

/** A second half that is a smaller part of the whole says nothing of its growth: a kilobyte of noise becomes a leak. */
const LEAST_PART = 1 / 80;

/** Not drover's own: noted, not judged. */
const NOT_JUDGED = /^server$|libvirtd$/;

/** Whatever its parts do; while it finishes the database may take 512 MB (store/database.ts), and a little more than it says. */
const MOST_WORKER_MIB = 1_280;

/** Judges a journal. `wholeMs`: how long a campaign the journal's time stands for (72 h, or what was compressed into it). */
export function judgeSoak(lines: readonly SoakLine[], wholeMs: (soakMs: number) => number): SoakVerdict {
  const [firstMs, lastMs] = [lines[0]?.atMs ?? 0, lines.at(-1)?.atMs ?? 0];
  const soakMs = lastMs - firstMs;
  const halfMs = firstMs + soakMs / 2;
  const long = soakMs / 2 / wholeMs(soakMs) > LEAST_PART;
  const complaints: string[] = [];
  const trends: Trend[] = [];
  const note = (what: string, judged: boolean, bound: number, band: number, points: Points): void => {
    const trend = trendOf(what, points, wholeMs(soakMs), bound);
    trends.push(trend);
    if (judged && trend.most - trend.least > band)
      complaints.push(`${what} went from ${trend.least} to ${trend.most}; allowed: a band of ${band}`);
    if (judged && long && trend.growthLow > bound)
      complaints.push(`${what} grows by ${trend.growth.toFixed(1)} in the whole campaign; allowed: ${bound}`);
  };

  const processes = lines.filter((line) => line.kind === 'process');
  for (const role of [...new Set(processes.map((line) => line.role))].sort()) {
    const seen = processes.filter((line) => line.role === role);
    const judged = !NOT_JUDGED.test(role);
    if (judged && new Set(seen.map(({ pid }) => pid)).size > 1) complaints.push(`${role} was started again`);
    const late = seen.filter(({ atMs }) => atMs >= halfMs);
    const bounds = role === 'worker' ? BOUNDS.worker : judged && role !== 'data centre' ? BOUNDS.agent : BOUNDS.other;
    const series = (of: (line: ProcessSeen) => number) => late.map((line) => [line.atMs, of(line)] as const);
    note(
      `${role}: memory, MiB`,
      // The engine takes more or less for its heaps as suits it, for hours: a worker is judged by what it holds there and takes beside.
      judged && role !== 'worker',
      bounds.memoryMib,
      Infinity,
      series(({ rssKib }) => rssKib / 1_024),
    );
    note(
      `${role}: handles`,
      judged,
      bounds.handles,
      bounds.band,
      series(({ handles }) => handles),
    );
    note(
      `${role}: threads`,
      judged,
      bounds.handles,
      bounds.band,
      series(({ threads }) => threads),
    );
  }
  const heaps = lines.filter((line) => line.kind === 'heap' && line.atMs >= halfMs) as readonly HeapSeen[];
  const threads = [...new Set(heaps.map(({ thread }) => thread))].sort((one, other) => one - other);
  for (const thread of threads) {
    const held = heaps.flatMap(({ atMs, heldBytes, ...line }) =>
      line.thread === thread && heldBytes !== null ? [[atMs, heldBytes / MIB] as const] : [],
    );
    note(`worker, thread ${String(thread)}: held on the heap, MiB`, true, BOUNDS.worker.memoryMib, Infinity, held);
  }
  const worker = processes.filter(({ role }) => role === 'worker').map(({ rssKib }) => rssKib / 1_024);
  if (Math.max(0, ...worker) > MOST_WORKER_MIB) complaints.push(`the worker had ${Math.max(...worker).toFixed(0)} MiB`);
  if (worker.length > 0 && threads.length === 0) complaints.push('what the worker has on its heaps is not known');
  if (threads.length > 0)
    note(
      'worker: beside the heaps, MiB',
      true,
      BOUNDS.worker.memoryMib,
      Infinity,
      besideTheHeaps(heaps, threads.length),
    );
  const world = lines.filter((line) => line.kind === 'world' && line.atMs >= halfMs);
  note(
    'database, MiB',
    false,
    Infinity,
    Infinity,
    world.flatMap((line) => (line.kind === 'world' ? [[line.atMs, line.databaseBytes / MIB] as const] : [])),
  );

  const histories = historySizes(lines.filter((line) => line.kind === 'history'));
  for (const { type, longest } of histories)
    if (longest > LONGEST_HISTORY) complaints.push(`a history of ${type} has ${longest} events`);
  return { minutes: soakMs / 60_000, long, trends, histories, complaints };
}

/** What the process had beside its heaps, where all its threads looked at the same moment. */
function besideTheHeaps(heaps: readonly HeapSeen[], threads: number): Points {
  const looks = [...new Set(heaps.map(({ tick }) => tick))].map((tick) => heaps.filter((heap) => heap.tick === tick));
  return looks.flatMap((look) => {
    const [first] = look;
    if (first === undefined || look.length !== threads) return [];
    const taken = look.reduce((sum, { heapBytes }) => sum + heapBytes, 0);
    return [[first.atMs, first.anonKib / 1_024 - taken / MIB] as const];
  });
}

function trendOf(what: string, points: Points, wholeMs: number, bound: number): Trend {
  const values = points.map(([, value]) => value);
  const { slope, low, high } = robustSlope(points);
  return {
    ...{ what, bound, half: values[0] ?? 0, end: values.at(-1) ?? 0 },
    ...{ least: Math.min(...values), most: Math.max(...values) },
    ...{ growth: slope * wholeMs, growthLow: low * wholeMs, growthHigh: high * wholeMs },
  };
}

/** Each run once, as it was seen last. */
function historySizes(seen: readonly HistorySeen[]): readonly HistorySize[] {
  const last = new Map(seen.map((history) => [history.runId, history]));
  return [...new Set(seen.map(({ type }) => type))].sort().map((type) => {
    const runs = [...last.values()].filter((history) => history.type === type);
    const sum = (of: (history: HistorySeen) => number): number => runs.reduce((total, run) => total + of(run), 0);
    return {
      ...{ type, runs: runs.length, events: sum(({ events }) => events), bytes: sum(({ bytes }) => bytes) },
      longest: Math.max(...runs.map(({ events }) => events)),
    };
  });
}
