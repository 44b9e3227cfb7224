import type { AgentStatus } from './agent-status';

/** The machine that a prober runs on: this one, or one that SSH reaches. Every call may be repeated. */
export interface ProberMachine {
  /** Starts the prober, or changes what it does, by its desired state. @throws AgentError; RemoteError */
  start(lines: readonly string[]): Promise<AgentStatus>;
  renew(renewal: number): Promise<AgentStatus>;
  status(): Promise<AgentStatus>;
  /** Resolves what is outstanding and ends it; its records stay. */
  stop(): Promise<AgentStatus>;
  /** The machine's clocks. */
  clock(): Promise<AgentStatus>;
  /** Makes the records since a cursor readable here. */
  fetch(cursor: string | null): Promise<FetchedRecords>;
  /** Ends it at once and deletes all of it but what lies in the prober's folder on this machine. */
  remove(): Promise<void>;
}

/** Segment files on this machine. */
export interface FetchedRecords {
  readonly directory: string;
  /** Whether the prober ran before they were looked at; if not, they are all there will be. */
  readonly running: boolean;
  /** False: the bound of one call was reached, the last of them is cut off. */
  readonly complete: boolean;
}
