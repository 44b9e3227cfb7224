import { printable } from '../campaign/plan/printable';
import type { Counters } from './counter-types';

const LONGEST_MESSAGE = 2_000;

/** The same codes for every hypervisor. */
export type HypervisorErrorCode =
  | 'unreachable'
  | 'authentication'
  | 'host-key'
  | 'not-found'
  | 'not-permitted'
  | 'bad-state'
  | 'busy'
  | 'no-room'
  | 'incompatible'
  | 'unsupported'
  | 'cancelled'
  | 'timeout'
  | 'rejected'
  | 'stale'
  | 'protocol';

/** An error of a hypervisor or of the way to it, with what the user can do about it. */
export class HypervisorError extends Error {
  override readonly name = 'HypervisorError';

  /**
   * @param code - what went wrong, in the words common to all hypervisors
   * @param message - one sentence that names host and VM
   * @param retryable - true where the same call may succeed later
   * @param hint - what to do about it
   */
  constructor(
    readonly code: HypervisorErrorCode,
    message: string,
    readonly retryable: boolean,
    readonly hint: string,
    options?: { cause?: unknown },
  ) {
    super(printable(message, LONGEST_MESSAGE), options);
  }
}

/** A physical (or lab) host. */
export interface Host {
  readonly name: string;
  readonly cpuModel: string;
  /** Logical CPUs. */
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly nics: readonly string[];
  /** Product name to version, e.g. `{ libvirt: '11.3.0', qemu: '10.0.2' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Migration settings as the hypervisor names them. */
  readonly migrationSettings: Readonly<Record<string, string>>;
  /** Why no migration can begin from it, and what to do; absent: nothing is in the way. */
  readonly cannotSend?: string;
}

/** Power state in the words common to all hypervisors. */
export type PowerState = 'running' | 'paused' | 'off' | 'unknown';

/** A VM and where it is. */
export interface Vm {
  readonly name: string;
  readonly uuid: string;
  readonly host: string;
  readonly power: PowerState;
  readonly vcpus: number;
  readonly memoryBytes: number;
  /** IP addresses, as the site file or the hypervisor gives them. */
  readonly addresses: readonly string[];
  /** True where the hypervisor emulates the CPU (QEMU's TCG) instead of virtualising it. */
  readonly emulated?: boolean;
}

/** All hosts and VMs of a site at one moment. */
export interface Inventory {
  readonly takenAtMs: number;
  readonly hosts: readonly Host[];
  readonly vms: readonly Vm[];
}

/** What one migration may use; a driver refuses with `unsupported` what it cannot do. */
export interface MigrationOptions {
  readonly bandwidthMibPerS?: number;
  readonly downtimeLimitMs?: number;
  readonly autoConverge?: boolean;
  /** Switch over after the first pass and send the rest afterwards. */
  readonly postCopy?: boolean;
  /** Make forceMigration by post-copy possible. */
  readonly allowPostCopy?: boolean;
  readonly compression?: 'xbzrle' | 'zstd' | 'zlib';
  /** Parallel channels (multifd on QEMU). */
  readonly channels?: number;
}

/** One decision to migrate; its id names the atomic marker on the source host. */
export interface MigrationIntent {
  /** Path-safe, unique for ever: a retry is a new intent. */
  readonly id: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly options: MigrationOptions;
}

/** What was true before the intent was armed; plain JSON, kept in workflow history. */
export interface Baseline {
  readonly takenAtMs: number;
  /** The host that runs the VM. */
  readonly host: string;
  /** The driver's own evidence (domain ids, newest task, server clock); opaque to everyone else. */
  readonly evidence: Readonly<Record<string, string | number | null>>;
}

/** Where a figure comes from. `recovered`: taken from records after the fact, because nobody watched. */
export type Provenance = 'observed' | 'hypervisor' | 'recovered';

/** What the hypervisor itself says a migration took; absent where it says nothing. */
export interface HypervisorFigures {
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  /** The hypervisor's own total time. */
  readonly totalMs?: number;
  /** Time the migration waited in the hypervisor's queue. */
  readonly queuedMs?: number;
  /** Downtime as the hypervisor reports it; never the blackout. */
  readonly downtimeMs?: number;
  readonly transferredBytes?: number;
  readonly iterations?: number;
}

/** How a migration that does not converge is made to end. */
export type ForcedEnd = 'raise-downtime' | 'post-copy';

/** Progress of a running migration. */
export interface MigrationProgress {
  readonly elapsedMs: number;
  readonly transferredBytes?: number;
  readonly remainingBytes?: number;
  readonly iteration?: number;
  readonly dirtyBytesPerS?: number;
}

/** How a migration ended. Times are UTC milliseconds (fractions allowed). */
export type MigrationEnd =
  | {
      readonly state: 'succeeded';
      readonly finishedAtMs: number;
      readonly provenance: Provenance;
      readonly figures: HypervisorFigures;
    }
  | {
      readonly state: 'failed' | 'cancelled';
      readonly finishedAtMs: number;
      readonly provenance: Provenance;
      readonly figures: HypervisorFigures;
      readonly code: HypervisorErrorCode;
      readonly message: string;
    };

/**
 * How far an intent's marker came: there is none; it is set and nothing was asked of the hypervisor (yet); the hypervisor
 * was, or was just going to be, asked; it was given up before that, and nothing can be asked by it any more.
 */
export type MarkerState = 'absent' | 'set' | 'begun' | 'void';

/**
 * Evidence of an intent's migration: the hypervisor shows nothing of it (yet), it runs, or it ended. `arrived`: there is no
 * marker, and yet the VM runs on the target and did not at the baseline. Somebody else moved it, or the marker was lost
 * (a restart of the source takes it); whoever knows that the intent was submitted knows which. `logged`: how that move
 * went by the hypervisor's logs, its request as late as the target noted it.
 */
export type MigrationEvidence =
  | {
      readonly state: 'none';
      readonly marker: MarkerState;
      readonly arrived?: true;
      readonly logged?: { readonly requestedAtMs: number; readonly end: MigrationEnd };
    }
  | { readonly state: 'running'; readonly handle: MigrationHandle }
  | { readonly state: 'ended'; readonly end: MigrationEnd; readonly requestedAtMs?: number };

/** A submitted migration; plain JSON, usable by another process. */
export interface MigrationHandle {
  readonly intent: MigrationIntent;
  /**
   * When the request was sent (observed), or, where it was held up on its way or nobody watched, when the migration began by
   * the hypervisor's records (recovered), UTC ms.
   */
  readonly requestedAtMs: number;
  readonly provenance: Provenance;
  readonly reference: Readonly<Record<string, string | number | null>>;
}

/** A migration that the hypervisor shows now, whoever started it. */
export interface RunningMigration {
  readonly vm: string;
  /** UNKNOWN_HOST if that host does not answer, and only the target shows the migration. */
  readonly from: string;
  readonly to?: string;
}

/** What watchMigration is told. */
export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: MigrationProgress) => void;
  /** Called if the migration is known to be over some time before its figures are. */
  readonly onOver?: () => void;
}

/** A site's hypervisor. Every method may throw HypervisorError and nothing else. */
export interface Hypervisor {
  /** Absent: it keeps no history of counters. */
  readonly counters?: Counters;
  inventory(signal?: AbortSignal): Promise<Inventory>;
  /** The host that runs a VM, or on which it is defined; null: no host of the site knows it. */
  locate(vm: string): Promise<string | null>;
  /**
   * Connects and looks the VM up ahead of time, so that startMigration takes one round trip.
   * @throws HypervisorError `stale` if the VM is not as the baseline says
   */
  prepareMigration(intent: MigrationIntent, baseline: Baseline): Promise<void>;
  /** What is true before the intent; taken once, before arming. */
  takeBaseline(vm: string, from: string, to: string): Promise<Baseline>;
  /** Looks for this intent's migration in all evidence there is. */
  findMigration(intent: MigrationIntent, baseline: Baseline): Promise<MigrationEvidence>;
  /**
   * Sets the marker and submits; resolves as soon as the request is sent. The hypervisor's side itself refuses what
   * reaches it after `acceptUntilMs` (UTC ms of our clock), for a frozen process or network may deliver it at any time.
   * @throws HypervisorError `rejected` if the marker is already set, `timeout` if it came too late, `stale` if the VM has
   * left since the baseline was taken: then nothing was set or submitted
   */
  startMigration(intent: MigrationIntent, baseline: Baseline, acceptUntilMs?: number): Promise<MigrationHandle>;
  /**
   * Gives an intent up whose marker is set but has not begun: from then on nothing can begin by it, however late a frozen
   * process wakes up. @returns false if it has begun, or there is no marker
   */
  voidMarker(intent: MigrationIntent): Promise<boolean>;
  /** What it cannot do of these options, each with what to do instead; empty: it can do all. */
  optionProblems(options: MigrationOptions): readonly string[];
  /** Waits for the end. Aborting the signal stops the watching, never the migration. */
  watchMigration(handle: MigrationHandle, baseline: Baseline, options: WatchOptions): Promise<MigrationEnd>;
  /** Asks for cancellation; the end arrives through watchMigration. */
  cancelMigration(handle: MigrationHandle): Promise<void>;
  /**
   * Makes a running migration that does not converge end on its target: by a longer stop, or by switching over first
   * and sending the rest after (the intent's options must have allowed that). @throws HypervisorError unsupported, bad-state
   */
  forceMigration(handle: MigrationHandle, how: ForcedEnd): Promise<void>;
  /**
   * What migrates now, whoever started it. With `onUnasked` a host that cannot be asked is named to it, and of what starts
   * from there only what other hosts show is told. @throws HypervisorError without `onUnasked` if any host cannot be asked
   */
  runningMigrations(onUnasked?: (host: string) => void): Promise<readonly RunningMigration[]>;
  /** Removes what the driver left on hosts for this intent (its marker), once the outcome is stored. */
  forgetMigration(intent: MigrationIntent): Promise<void>;
  close(): Promise<void>;
}
