import { setTimeout as sleep } from 'node:timers/promises';

/** A process that is to run until it is stopped on purpose. */
export interface TendedProcess {
  /** As messages name it. */
  readonly name: string;
  readonly log: string;
  runs(): boolean;
  start(): Promise<void>;
}

/** Looks after processes until it is closed. */
export interface Tending {
  /** Aborted, with a sentence as its reason, once a process ended again and again. */
  readonly gaveUp: AbortSignal;
  /** Nothing is started any more once this resolves. */
  close(): Promise<void>;
}

const MOST_STARTS = 3;
const IN_MS = 60_000;

/** Starts each process again that ended although nobody stopped it, and says so; gives up on one that does not stay. */
export function tendProcesses(
  processes: readonly TendedProcess[],
  say: (line: string) => void,
  lookEveryMs = 1_000,
): Tending {
  const gaveUp = new AbortController();
  const closed = new AbortController();
  const tend = async (process: TendedProcess): Promise<void> => {
    let starts: readonly number[] = [];
    while (await pause(lookEveryMs, closed.signal)) {
      if (process.runs()) continue;
      const nowMs = performance.now();
      starts = [...starts, nowMs].filter((atMs) => nowMs - atMs < IN_MS);
      if (starts.length > MOST_STARTS) {
        gaveUp.abort(`The ${process.name} ended unasked again and again; its log is ${process.log}.`);
        return;
      }
      const time = new Date().toISOString().slice(11, 19);
      say(`${time} UTC: the ${process.name} ended unasked; another one goes on where it was (log: ${process.log})`);
      // What is in the way is in its log; it is tried again.
      await process.start().catch(() => undefined);
    }
  };
  const tended = Promise.all(processes.map(tend));
  return {
    gaveUp: gaveUp.signal,
    close: async () => {
      closed.abort();
      await tended;
    },
  };
}

/** @returns false once it is closed */
async function pause(forMs: number, closed: AbortSignal): Promise<boolean> {
  return sleep(forMs, true, { signal: closed }).catch(() => false);
}
