/** What may be computed from a counter: a gauge is a state, a cumulative one only ever grows until it begins anew. */
export type CounterKind = 'gauge' | 'cumulative' | 'unknown';

/** A counter of an entity as the hypervisor or the host names it. */
export interface CounterName {
  readonly counter: string;
  /** `''`: of the whole entity; else one of its parts, e.g. `0` of `vcpu.time`, `eth0` of `net.rx.bytes`. */
  readonly instance: string;
  /** `ns`, `KiB`, `bytes`, `count`; `''` where it has none. */
  readonly unit: string;
  readonly kind: CounterKind;
}

/** Something that has counters. */
export interface CounterEntity {
  readonly kind: 'vm' | 'host';
  readonly name: string;
}

/** A counter that a hypervisor has for all its entities of a kind, with every instance that any of them has. */
export interface CatalogueCounter extends Omit<CounterName, 'instance'> {
  readonly entityKind: CounterEntity['kind'];
  readonly instances: readonly string[];
}

/** Which ticks of which entities are wanted: multiples of `everyMs`, both ends included, UTC ms. */
export interface SampleQuery {
  readonly entities: readonly CounterEntity[];
  readonly everyMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What a hypervisor has of them. */
export interface SampleAnswer {
  readonly readings: readonly CounterReading[];
  /** Ticks up to here are settled: a reading of them that is missing here will never come. UTC ms of the hypervisor's clock. */
  readonly settledMs: number;
  /** Older ticks are not kept any more. */
  readonly keptFromMs: number;
}

/**
 * The counters that a hypervisor keeps for a while by itself, so that they can be had after an outage of ours. One that
 * keeps none (libvirt) has recorders on its hosts instead. Every method may throw HypervisorError and nothing else.
 */
export interface Counters {
  /** How its readings are marked; no host of the site has this name. */
  readonly source: string;
  /** How far back it can answer, ms. */
  readonly historyMs: number;
  catalogue(): Promise<readonly CatalogueCounter[]>;
  samples(query: SampleQuery): Promise<SampleAnswer>;
}

/** One collection of a campaign's samples from one source. */
export interface SampleRequest {
  readonly campaignId: string;
  readonly source: string;
  /** What the last harvest said; null: from the beginning. */
  readonly cursor: string | null;
  readonly entities: readonly CounterEntity[];
  readonly everyMs: number;
  /** The first tick of the campaign, UTC ms. */
  readonly fromMs: number;
}

/** All counters of one entity at one tick. Times are UTC ms of the source's clock. */
export interface CounterReading {
  readonly entityKind: CounterEntity['kind'];
  readonly entity: string;
  /** The due moment, a multiple of the period. */
  readonly tickMs: number;
  readonly takenAtMs: number;
  /** The source's monotonic clock when it was taken; rates are made of its differences. */
  readonly monotonicMs: number;
  /** Who took it: the recorder of this host, or the site's hypervisor. */
  readonly source: string;
  /** Of several sources that show one VM at one tick the lowest is believed: 0 where it runs, 1 where it does not. */
  readonly rank: number;
  /** `hypervisor`: it said so; `observed`: counted on the host itself. */
  readonly provenance: 'hypervisor' | 'observed';
  readonly counters: readonly CounterName[];
  /** One for each counter. */
  readonly values: readonly number[];
}

/**
 * Ticks from `fromMs` to `untilMs` (both included) at which a source has no reading, and why. A source that is no host
 * speaks for the whole site.
 */
export interface SampleNote {
  readonly source: string;
  /** What is missing: everything of the source, that of its VMs, or of one VM. */
  readonly scope: 'all' | 'vms' | 'vm';
  readonly vm: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** What one source handed over. */
export interface SampleHarvest {
  readonly readings: readonly CounterReading[];
  readonly notes: readonly SampleNote[];
  readonly cursor: string;
  /** True: there is more to be had at once. */
  readonly more: boolean;
  /** The last tick that is settled, read or noted; null: none yet. */
  readonly lastTickMs: number | null;
}
