import type { SshTarget } from '../remote/types';

/** A memory load; structurally the one of a spec. */
export interface DirtyLoad {
  readonly workingSetMib: number;
  readonly mibPerS: number;
  readonly pattern: 'sequential' | 'random';
}

/** A machine and what is to run on it for one campaign. */
export interface AgentMachine {
  readonly kind: 'vm' | 'host';
  readonly name: string;
  readonly target: SshTarget;
  /** UDP port of its echo. */
  readonly port: number;
  /** null: no load. */
  readonly dirty: DirtyLoad | null;
}

/** `VM g1` or `host h1`, as messages name it. */
export function machineLabel({ kind, name }: Pick<AgentMachine, 'kind' | 'name'>): string {
  return `${kind === 'vm' ? 'VM' : 'host'} ${name}`;
}
