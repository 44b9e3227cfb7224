import type { WireEnd } from '../../wire';
import type { DataCentreConfig } from '../config';
import type { Fault } from './commands';

/** A host. */
export interface HostState {
  readonly name: string;
  readonly cpus: number;
  memoryMib: number;
  readonly linkMibPerS: number;
  maintenance: boolean;
}

/** A VM. */
export interface VmState {
  readonly name: string;
  readonly uuid: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  host: string;
  moves: number;
  /** When the switch-over stopped it, UTC ms; null while it runs. */
  stoppedAtMs: number | null;
  /** How long it was stopped in all earlier switch-overs. */
  stoppedForMs: number;
}

/** How far a migration came that never ran: its marker is set; it had begun when its host's process died; it was given up. */
export type MarkerPhase = 'set' | 'begun' | 'void';

/**
 * setup: connecting; pre-copy: passes over memory; stopped: the rest while the VM is stopped; switching: device state;
 * post-copy: the rest while the VM runs on the target; finishing: the VM runs, the hypervisor tidies up.
 */
export type Phase = 'setup' | 'pre-copy' | 'stopped' | 'switching' | 'post-copy' | 'finishing' | 'ended' | MarkerPhase;

/** A migration. `transfer` phases end when `restBytes` is sent, the others at `phaseEndsAtMs`. */
export interface MigrationState {
  readonly id: string;
  readonly origin: 'drover' | 'other';
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly startedAtMs: number;
  readonly bandwidthMibPerS: number | null;
  readonly autoConverge: boolean;
  /** Switch over after the first pass and send the rest afterwards. */
  postCopy: boolean;
  downtimeLimitMs: number;
  phase: Phase;
  phaseEndsAtMs: number | null;
  restBytes: number;
  /** Distinct bytes written to since this pass began. */
  dirtiedBytes: number;
  passBytes: number;
  iteration: number;
  transferredBytes: number;
  /** Part of the VM's speed that auto-converge takes away, 0 to 0.99. */
  throttle: number;
  stoppedAtMs: number | null;
  downtimeMs: number | null;
  fault: { readonly atMs: number; readonly code: NonNullable<WireEnd['code']>; readonly message: string } | null;
  end: WireEnd | null;
}

/** A campaign's loads, in force until its lease ends. */
export interface LeaseState {
  expiresAtMs: number;
  readonly loads: Readonly<Record<string, MemoryLoad>>;
  readonly cpuPercent: Readonly<Record<string, number>>;
  readonly lockedMib: Readonly<Record<string, number>>;
}

/** What a host or VM uses from a moment (UTC ms) on: CPUs, bytes a millisecond, memory; and what had added up until then. */
export interface UsageEntry {
  readonly atMs: number;
  readonly cores: number;
  readonly receivedPerMs: number;
  readonly sentPerMs: number;
  readonly usedMib: number;
  readonly coreMs: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Memory that is written to. */
export interface MemoryLoad {
  readonly workingSetMib: number;
  readonly mibPerS: number;
  readonly pattern: 'sequential' | 'random';
}

/** True for a migration that never ran. */
export function isMarkerOnly({ phase }: MigrationState): boolean {
  return phase === 'set' || phase === 'begun' || phase === 'void';
}

/** Everything the data centre knows; a fold over its journal. */
export interface State {
  readonly seed: number;
  readonly name: string;
  readonly createdAtMs: number;
  /** Up to when the model has been worked out. */
  clockMs: number;
  readonly hosts: Map<string, HostState>;
  readonly vms: Map<string, VmState>;
  readonly migrations: Map<string, MigrationState>;
  readonly running: Set<MigrationState>;
  readonly leases: Map<string, LeaseState>;
  readonly faults: Fault[];
  answerDelayMs: number;
  started: number;
  /** What hosts and VMs used, by `host NAME` and `vm NAME`. */
  readonly usage: Map<string, UsageEntry[]>;
  /** When that was noted last: hosts of migrations, and leases in force; null: never. */
  noted: { readonly hosts: ReadonlySet<string>; readonly leases: readonly LeaseState[] } | null;
}

/** A data centre in which nothing has happened yet. */
export function initialState(config: DataCentreConfig): State {
  return {
    seed: config.seed,
    name: config.name,
    createdAtMs: config.createdAtMs,
    clockMs: config.createdAtMs,
    hosts: new Map(config.hosts.map((host) => [host.name, { ...host, maintenance: false }])),
    vms: new Map(config.vms.map((vm, index) => [vm.name, vmState(config, vm, index)])),
    migrations: new Map(),
    running: new Set(),
    leases: new Map(),
    faults: [],
    answerDelayMs: 0,
    started: 0,
    usage: new Map(),
    noted: null,
  };
}

function vmState(config: DataCentreConfig, vm: DataCentreConfig['vms'][number], index: number): VmState {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(-digits);
  return {
    ...vm,
    uuid: `${hex(config.seed, 8)}-0000-4000-8000-${hex(index + 1, 12)}`,
    moves: 0,
    stoppedAtMs: null,
    stoppedForMs: 0,
  };
}
