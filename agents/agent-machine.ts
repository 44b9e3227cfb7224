import type { SshTarget } from '../remote/types';

/** A memory load; structurally the one of a spec. */
export interface DirtyLoad {
  readonly workingSetMib: number;
  readonly mibPerS: number;
  readonly pattern: 'sequential' | 'random';
}

/** How a host's recorder samples. */
export interface RecordSettings {
  readonly everyMs: number;
  /** The host shares its machine's /proc with others: only its own processes are its counters. */
  readonly ownProcesses: boolean;
}

/** A machine and what is to run on it for one campaign. */
export interface AgentMachine {
  readonly kind: 'vm' | 'host';
  readonly name: string;
  readonly target: SshTarget;
  /** First UDP port that its echo may take. */
  readonly port: number;
  /** How many ports it may choose from: it takes the first that is free, and keeps the one that it has. */
  readonly ports: number;
  /** null: no load. */
  readonly dirty: DirtyLoad | null;
  /** null: no recorder. */
  readonly record?: RecordSettings | null;
}

/** `VM g1`, `host h1` or `vantage v1`, as messages name it. */
export function machineLabel({
  kind,
  name,
}: {
  readonly kind: AgentMachine['kind'] | 'vantage';
  readonly name: string;
}): string {
  return `${kind === 'vm' ? 'VM' : kind} ${name}`;
}
