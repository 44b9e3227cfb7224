import type { CounterEntity, CounterName } from '../counter-types';
import type { HypervisorErrorCode, PowerState } from '../types';

/** The network card of every host. */
export const NIC = 'simulated0';

/** How far back a data centre knows its counters, ms; it forgets what is older. */
export const HISTORY_MS = 3_600_000;

/** What the data centre answers with any status from 400. */
export interface WireError {
  readonly code: HypervisorErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly hint: string;
}

/** A host as the data centre shows it. */
export interface WireHost {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly linkMibPerS: number;
  readonly maintenance: boolean;
  /** UDP port on 127.0.0.1 that answers probes. */
  readonly port: number;
}

/** A VM as the data centre shows it. */
export interface WireVm {
  readonly name: string;
  readonly uuid: string;
  readonly host: string;
  readonly power: PowerState;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly port: number;
  /** Number of migrations that brought it to another host. */
  readonly moves: number;
}

/** Hosts and VMs at one moment. */
export interface WireInventory {
  readonly name: string;
  readonly nowMs: number;
  readonly hosts: readonly WireHost[];
  readonly vms: readonly WireVm[];
}

/** How a migration ended; times UTC ms. */
export interface WireEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly atMs: number;
  readonly code: HypervisorErrorCode | null;
  readonly message: string | null;
  /** How long the VM was stopped; null if it never was. */
  readonly downtimeMs: number | null;
}

/** A migration as the data centre shows it; times UTC ms. */
export interface WireMigration {
  readonly id: string;
  readonly origin: 'drover' | 'other';
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly phase: string;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly transferredBytes: number;
  readonly remainingBytes: number;
  readonly iteration: number;
  readonly dirtyBytesPerS: number;
  readonly end: WireEnd | null;
}

/** Counters of entities at ticks; times UTC ms of the data centre's clock. */
export interface WireSamples {
  readonly nowMs: number;
  readonly createdAtMs: number;
  readonly keptFromMs: number;
  readonly ticks: readonly number[];
  /** Of entities that there are: for each tick one value for each counter. */
  readonly series: readonly (CounterEntity & {
    readonly counters: readonly CounterName[];
    readonly values: readonly (readonly number[])[];
  })[];
}

/** A counter of a kind of entity, with all its instances. */
export interface WireCounter extends Omit<CounterName, 'instance'> {
  readonly entityKind: CounterEntity['kind'];
  readonly instances: readonly string[];
}
