import type { SampleHarvest, SampleRequest } from '../../../hypervisors/counter-types';
import type { Baseline, Hypervisor, MigrationIntent, MigrationOptions } from '../../../hypervisors/types';

/** An intent and what was true before it. */
export interface Prepared {
  readonly intent: MigrationIntent;
  readonly baseline: Baseline;
}

/** How a site's counters are collected, whoever keeps them. */
export interface Sampling {
  sources(hosts: readonly string[]): readonly string[];
  collect(request: SampleRequest): Promise<SampleHarvest>;
}

/** A real or simulated site on which the conformance suite runs; nobody else may use it meanwhile. */
export interface SiteUnderTest {
  readonly hypervisor: Hypervisor;
  /** Another driver of the same site that shares nothing with the first, as another worker process would have. */
  secondDriver(): Promise<Hypervisor>;
  /** A running VM that all of `hosts` can take. The suite moves it about and reads its place from the inventory. */
  readonly vm: string;
  /** Every host of the site; at least two. */
  readonly hosts: readonly string[];
  /** Every VM of the site. */
  readonly vms: readonly string[];
  /**
   * Makes migrations of the VM with the options it returns last for minutes (e.g. it dirties memory faster than their
   * bandwidth) until `makeQuick` is called.
   */
  makeSlow(): Promise<MigrationOptions>;
  makeQuick(): Promise<void>;
  /** How many migrations of the VM really started so far, by the hypervisor's own log, never by the driver. */
  countStarted(): Promise<number>;
  /** Leaves an intent's marker as a host would whose process died there, before or after it began. */
  leaveMarker(prepared: Prepared, begun: boolean): Promise<void>;
  /** Starts a migration of the VM past the driver, as an administrator would; `options` as makeSlow returned them. */
  startForeign(from: string, to: string, options: MigrationOptions): Promise<void>;
  /** Ends that migration: the VM stays where it is. */
  cancelForeign(from: string): Promise<void>;
  /** On which hosts the VM is running, by the hypervisor itself, never by the driver. */
  whereItRuns(): Promise<readonly string[]>;
  /** Options, or sets of them, that this hypervisor can do. */
  readonly supported: readonly MigrationOptions[];
  /** Options that this hypervisor cannot do together or at all. */
  readonly unsupported: MigrationOptions;
  /** Starts whatever keeps the site's counters for a campaign. */
  startSampling(campaignId: string, everyMs: number): Promise<Sampling>;
  stopSampling(campaignId: string): Promise<void>;
  /** Makes a host too small for the VM until the function it resolves to is called; see `canFillHost`. */
  fillHost?(host: string): Promise<() => Promise<void>>;
  /** How long a migration that nothing slows down may take here at most. */
  readonly quickWithinMs: number;
  readonly tearDown: () => Promise<void>;
}
