import { setTimeout as sleep } from 'node:timers/promises';
import type { BackgroundState } from '../lab/background-process';

/** A process that is to run until somebody stops it on purpose. */
export interface TendedProcess {
  /** As messages name it. */
  readonly name: string;
  readonly log: string;
  state(): BackgroundState;
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

/**
 * Starts each process again that ended although nobody stopped it, and says so; gives up on one that does not stay. Each of them
 * may need those before it.
 */
export function tendProcesses(
  processes: readonly TendedProcess[],
  say: (line: string) => void,
  lookEveryMs = 1_000,
): Tending {
  const gaveUp = new AbortController();
  const closed = new AbortController();
  const starts = new Map<string, readonly number[]>();

  const look = async (): Promise<void> => {
    for (const process of processes) {
      if (process.state() !== 'ended') continue;
      const { name, log } = process;
      const nowMs = performance.now();
      const recent = [...(starts.get(name) ?? []), nowMs].filter((atMs) => nowMs - atMs < IN_MS);
      if (recent.length > MOST_STARTS) throw new Error(`the ${name} ended unasked again and again; its log is ${log}`);
      starts.set(name, recent);
      const time = new Date().toISOString().slice(11, 19);
      say(`${time} UTC: the ${name} ended unasked; another one goes on where it was (log: ${log})`);
      // What is in its way is in its log; it is tried again.
      if (!(await succeeds(process.start()))) return;
    }
  };
  const tend = async (): Promise<void> => {
    while (await succeeds(sleep(lookEveryMs, undefined, { signal: closed.signal }))) await look();
  };
  const tended = tend().catch((error: unknown) => gaveUp.abort(error instanceof Error ? error.message : String(error)));
  return {
    gaveUp: gaveUp.signal,
    close: async () => {
      closed.abort();
      await tended;
    },
  };
}

async function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
