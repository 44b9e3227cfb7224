/** One question about speed, and how it is answered. */
export interface Bench {
  /** The letter by which it is asked for. */
  readonly id: string;
  readonly title: string;
  /** Runs it whole. @throws CannotRun if this machine lacks what it needs; any other error is a failure */
  run(options: BenchOptions): Promise<Outcome>;
}

/** How a bench is run, and what the frame does for it. */
export interface BenchOptions {
  /** quick: a first look, with fewer actions; full: sizes that take longer than all other benches together. */
  readonly size: 'quick' | 'normal' | 'full';
  /** An empty directory of its own, removed when it is over. */
  readonly directory: string;
  /** Tells who waits what happens. */
  readonly say: (line: string) => void;
  /** Has something cleaned up when the bench is over, fails or is interrupted; the last named is the first cleaned. */
  readonly atEnd: (cleanUp: () => Promise<void> | void) => void;
}

/** A figure of several runs: their median and range, in the row's unit. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One measure, beside what people would use instead where there is such a thing. */
export interface Row {
  readonly measure: string;
  /** Of `drover` and `peer`; a ratio has none. */
  readonly unit: string;
  readonly drover: Summary;
  readonly peer?: { readonly name: string; readonly summary: Summary };
  /** Peer divided by drover or the reverse, as `measure` or the notes say: the median of the pairs' ratios and their range. */
  readonly ratio?: Summary;
  readonly aim?: { readonly text: string; readonly met: boolean };
}

/** What a bench found out. */
export interface Outcome {
  readonly rows: readonly Row[];
  /** Pairs of runs (or runs, where there is no peer) that each summary is of. */
  readonly pairs: number;
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

/** This machine lacks what a bench needs; the message says what. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
