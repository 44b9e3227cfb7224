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

/** All counters of one entity at one tick. Times are UTC ms of the source's clock. */
export interface CounterReading {
  readonly entityKind: 'vm' | 'host';
  readonly entity: string;
  /** The due moment, a multiple of the period. */
  readonly tickMs: number;
  readonly takenAtMs: number;
  /** The source's monotonic clock when it was taken; rates are made of its differences. */
  readonly monotonicMs: number;
  /** Whose recorder took it. */
  readonly source: string;
  /** Of several sources that show one VM at one tick the lowest is believed: 0 where it runs, 1 where it does not. */
  readonly rank: number;
  /** `hypervisor`: it said so; `observed`: counted on the host itself. */
  readonly provenance: 'hypervisor' | 'observed';
  readonly counters: readonly CounterName[];
  /** One for each counter. */
  readonly values: readonly number[];
}

/** Ticks from `fromMs` to `untilMs` (both included) at which a source has no reading, and why. */
export interface SampleNote {
  readonly source: string;
  /** What is missing: of the host and all its VMs, of its VMs, or of one VM. */
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
