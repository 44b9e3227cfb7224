import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AgentError } from './agent-error';
import type { AgentStatus } from './agent-status';
import type { BuiltAgent } from './build';
import { collectSegments } from './collect-segments';
import { seriesOf } from './harvest';
import type { ProbeHarvest, ProbeTarget } from './probe-types';
import { desiredLines, newBook, readBook, withTargets, writeBook, type ProberBook } from './prober-book';
import { checkProbing, resolveTargets } from './resolve-targets';
import { runProgram } from './run-program';
import { judgeSeriesClock, processNowMs, type SeriesClock } from './series-clock';

/** How a prober on this machine is made. */
export interface LocalProberOptions {
  /** A folder of its own, of one campaign; made when it is needed. */
  readonly directory: string;
  readonly program: () => Promise<BuiltAgent>;
  /** Name of this machine in results. */
  readonly vantage: string;
}

/** A prober process on this machine: it outlives its worker, until its lease ends. */
export interface LocalProber {
  /** Starts it, or changes what it probes; with what it already probes a running one is not disturbed. @throws AgentError */
  ensure(
    targets: readonly ProbeTarget[],
    periodMs: number,
    leaseS: number,
  ): Promise<{ readonly locked: boolean; readonly realtime: boolean }>;
  /** Prolongs its lease; one that died is started again, and the hole becomes a gap. @throws AgentError */
  renew(): Promise<void>;
  /** What was resolved since the cursor (null: from the beginning), in the order of `seq` for each target, up to some megabytes a call. @throws AgentError */
  collect(cursor: string | null): Promise<ProbeHarvest>;
  /** How far the clock of its records is from this process's now; null: it does not run. @throws AgentError */
  clock(): Promise<SeriesClock | null>;
  /** Waits until everything outstanding is resolved (10 s) and ends it; collect still works. */
  stop(): Promise<void>;
  /** Ends it at once and deletes everything of it. */
  remove(): Promise<void>;
}

const STOP_WITHIN_S = '20';

/** Makes a prober that lives in a folder; nothing runs before `ensure`. */
export function createLocalProber({ directory, program, vantage }: LocalProberOptions): LocalProber {
  const state = join(directory, 'state');
  const bookPath = join(directory, 'book.json');
  const run = async (command: string, ...args: string[]): Promise<AgentStatus> =>
    runProgram((await program()).path, command, ...args);
  const start = (book: ProberBook): Promise<AgentStatus> =>
    run('start', 'probe', state, ...desiredLines(book, vantage, Date.now()));
  const existingBook = async (): Promise<ProberBook> => {
    const book = await readBook(bookPath);
    if (book === null) throw new AgentError(`No prober was started in ${directory}: its campaign has to begin anew.`);
    return book;
  };

  return {
    ensure: async (targets, periodMs, leaseS) => {
      checkProbing(targets, periodMs);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const before = (await readBook(bookPath)) ?? newBook(Date.now());
      const ended = withEnding(before, await run('status', state));
      const book = withTargets(ended, await resolveTargets(targets), periodMs, leaseS);
      await writeBook(bookPath, book);
      const { fields } = await start(book);
      if ((fields['problem'] ?? '') !== '') throw new AgentError(`The prober in ${state}: ${fields['problem'] ?? ''}`);
      return { locked: fields['locked'] === '1', realtime: fields['realtime'] === '1' };
    },

    renew: async () => {
      const book = await existingBook();
      if (book.stopped) return;
      const status = await run('renew', state, String(Date.now()));
      if (status.running) return;
      const ended = withEnding(book, status);
      await writeBook(bookPath, ended);
      await start(ended);
    },

    collect: async (cursor) => {
      const { ids, targets, endings, deadAtStop } = await existingBook();
      const { running } = await run('status', state);
      const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      const current = new Set(targets.map(({ name }) => ids[name] ?? 0));
      return collectSegments({ directory: state, running, deadAtStop, book: { names, current, endings } }, cursor);
    },

    clock: async () => {
      const status = await run('status', state);
      const sentAtMs = processNowMs();
      const { monotonicMs } = await run('clock');
      return status.running ? judgeSeriesClock(status, { sentAtMs, monotonicMs, receivedAtMs: processNowMs() }) : null;
    },

    stop: async () => {
      const book = await existingBook();
      if (book.stopped) return;
      const status = await run('status', state);
      const ended = withEnding(book, status);
      const epoch = epochOf(status);
      const deadAtStop = status.running || epoch === null ? null : { epoch, atMs: Date.now() };
      if (status.running) await run('stop', state, STOP_WITHIN_S);
      await writeBook(bookPath, { ...ended, stopped: true, deadAtStop });
    },

    remove: async () => {
      if ((await readBook(bookPath).catch(() => undefined)) !== null) await run('stop', state, '0');
      await rm(directory, { recursive: true, force: true });
      // The folder of all probers goes with the last of them.
      await rmdir(dirname(directory)).catch(() => undefined);
    },
  };
}

function epochOf({ fields }: AgentStatus): string | null {
  const { segment } = fields;
  return segment === undefined ? null : seriesOf(segment);
}

/** Notes why the series that wrote this status ended, if it did. */
function withEnding(book: ProberBook, status: AgentStatus): ProberBook {
  const epoch = epochOf(status);
  if (status.running || epoch === null || epoch in book.endings) return book;
  const why = status.state === 'running' ? 'it was killed' : (status.state ?? 'unknown');
  return { ...book, endings: { ...book.endings, [epoch]: `the prober did not run: ${why}` } };
}
