import type { SshTarget } from '../remote/types';

/** Keeps every vCPU busy for a share of the time, per cent. */
export interface CpuLoad {
  readonly percent: number;
}

/** Memory that is filled and locked. */
export interface LockLoad {
  readonly mib: number;
}

/** Memory that is written to at a pace. */
export interface DirtyLoad {
  readonly workingSetMib: number;
  readonly mibPerS: number;
  readonly pattern: 'sequential' | 'random';
}

/** What runs inside a VM; structurally that of a spec. */
export interface GuestLoad {
  readonly cpu?: CpuLoad | null;
  readonly lock?: LockLoad | null;
  readonly dirty?: DirtyLoad | null;
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
  /** Nothing on a host. */
  readonly load: GuestLoad;
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
