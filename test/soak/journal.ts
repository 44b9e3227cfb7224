import { appendJsonLines, readJsonLines } from '../json-lines';

/** One look at a process. */
export interface ProcessSeen {
  readonly kind: 'process';
  readonly atMs: number;
  /** `worker`, `server`, `prober`, `data centre`, or `h1 record`. */
  readonly role: string;
  readonly pid: number;
  readonly rssKib: number;
  /** Of it, memory that no file backs. */
  readonly anonKib: number;
  readonly handles: number;
  readonly threads: number;
  /** Processor time since its start, in clock ticks of the system. */
  readonly cpuTicks: number;
}

/** What a thread of the worker has on its heap; see note-heap.cjs. */
export interface HeapSeen {
  readonly kind: 'heap';
  readonly atMs: number;
  /** The same for all threads that looked at the same moment. */
  readonly tick: number;
  readonly pid: number;
  readonly thread: number;
  /** Memory of the whole process that no file backs. */
  readonly anonKib: number;
  /** What the engine has taken for the heap. */
  readonly heapBytes: number;
  readonly usedBytes: number;
  /** After the latest major collection; null before the first. */
  readonly heldBytes: number | null;
  readonly externalBytes: number;
  readonly buffersBytes: number;
}

/** One run of a workflow: as far as it is, or when it had closed. */
export interface HistorySeen {
  readonly kind: 'history';
  readonly atMs: number;
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly open: boolean;
  readonly events: number;
  readonly bytes: number;
}

/** Files of Temporal's database, and how many migrations had ended by then. */
export interface WorldSeen {
  readonly kind: 'world';
  readonly atMs: number;
  readonly databaseBytes: number;
  /** Null: the campaign did not answer. */
  readonly ended: number | null;
}

/** A line of the journal of a soak. */
export type SoakLine = ProcessSeen | HeapSeen | HistorySeen | WorldSeen;

/** Appends lines; what is there survives whatever ends the soak. */
export function appendToJournal(file: string, lines: readonly SoakLine[]): void {
  appendJsonLines(file, lines);
}

/** Everything noted so far, in order. */
export function readJournal(file: string): readonly SoakLine[] {
  return readJsonLines(file) as readonly SoakLine[];
}
