import type { HypervisorErrorCode, PowerState } from '../types';

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
