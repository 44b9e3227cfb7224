import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AgentError } from './agent-error';
import type { AgentStatus } from './agent-status';
import { collectSegments } from './collect-segments';
import { seriesOf } from './harvest';
import type { ProbeHarvest, ProbeTarget } from './probe-types';
import { desiredLines, newBook, readBook, withTargets, writeBook, type ProberBook } from './prober-book';
import type { ProberMachine } from './prober-machine';
import { checkProbing, resolveTargets } from './resolve-targets';
import { judgeSeriesClock, processNowMs, type SeriesClock } from './series-clock';

/** How a prober is made. */
export interface ProberOptions {
  /** A folder of its own on this machine, of one campaign; made when it is needed. */
  readonly directory: string;
  /** Its name in results. */
  readonly vantage: string;
  readonly machine: ProberMachine;
}

/** A prober process: it outlives its worker, until its lease ends. */
export interface Prober {
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

/** The shortest of so many round trips tells most. */
const ASK_TIMES = 3;

/** Makes a prober whose book lives in a folder of this machine; nothing runs before `ensure`. */
export function createProber({ directory, vantage, machine }: ProberOptions): Prober {
  const bookPath = join(directory, 'book.json');
  const start = (book: ProberBook): Promise<AgentStatus> => machine.start(desiredLines(book, vantage, Date.now()));
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
      const ended = withEnding(before, await machine.status());
      const book = withTargets(ended, await resolveTargets(targets), periodMs, leaseS);
      await writeBook(bookPath, book);
      const { fields } = await start(book);
      if ((fields['problem'] ?? '') !== '')
        throw new AgentError(`The prober in ${directory}: ${fields['problem'] ?? ''}`);
      return { locked: fields['locked'] === '1', realtime: fields['realtime'] === '1' };
    },

    renew: async () => {
      const book = await existingBook();
      if (book.stopped) return;
      const status = await machine.renew(Date.now());
      if (status.running) return;
      const ended = withEnding(book, status);
      await writeBook(bookPath, ended);
      await start(ended);
    },

    collect: async (cursor) => {
      const { ids, targets, endings, deadAtStop } = await existingBook();
      const { directory: state, running, complete } = await machine.fetch(cursor);
      const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      const current = new Set(targets.map(({ name }) => ids[name] ?? 0));
      const book = { names, current, endings };
      // What was cut off is as unfinished as what is still being written.
      const source = { directory: state, running: running || !complete, deadAtStop, book };
      const harvest = await collectSegments(source, cursor);
      return { ...harvest, more: harvest.more || !complete };
    },

    clock: async () => {
      const status = await machine.status();
      if (!status.running) return null;
      let best: SeriesClock | null = null;
      for (let time = 0; time < ASK_TIMES; time += 1) {
        const sentAtMs = processNowMs();
        const { monotonicMs } = await machine.clock();
        const read = judgeSeriesClock(status, { sentAtMs, monotonicMs, receivedAtMs: processNowMs() });
        if (read !== null && (best === null || read.uncertaintyMs < best.uncertaintyMs)) best = read;
      }
      return best;
    },

    stop: async () => {
      const book = await existingBook();
      if (book.stopped) return;
      const status = await machine.status();
      const ended = withEnding(book, status);
      const epoch = epochOf(status);
      const deadAtStop = status.running || epoch === null ? null : { epoch, atMs: Date.now() };
      if (status.running) await machine.stop();
      await writeBook(bookPath, { ...ended, stopped: true, deadAtStop });
    },

    remove: async () => {
      try {
        await machine.remove();
      } finally {
        await rm(directory, { recursive: true, force: true });
        // The folder of all probers goes with the last of them.
        await rmdir(dirname(directory)).catch(() => undefined);
      }
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
