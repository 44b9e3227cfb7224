import type { SampleRow } from './types';

/** What is drawn of a counter: its value, or of a cumulative one its growth per second. */
export type DrawnValue = 'value' | 'per_s';

/** All values of one stretch of time; `bucket` counts stretches from the beginning of the grid. */
export interface CounterPoint {
  readonly bucket: number;
  readonly n: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** The stretches of time that values are put together in, for drawing only. Times UTC ms. */
export interface CounterGrid {
  readonly fromMs: number;
  readonly everyMs: number;
  /** A whole number of ticks. */
  readonly bucketMs: number;
  readonly buckets: number;
}

/** One counter of one host or VM over time; a bucket without any value is left out: a gap. */
export interface CounterSeries {
  readonly entityKind: SampleRow['entity_kind'];
  readonly entity: string;
  /** Which panel of the entity's chart it belongs to: `cpu`, `memory`, `network`, or a counter asked for by name. */
  readonly panel: string;
  readonly counter: string;
  /** Empty: of the whole entity, or the mean over its instances. */
  readonly instance: string;
  readonly averaged: boolean;
  readonly unit: string;
  readonly drawn: DrawnValue;
  readonly points: readonly CounterPoint[];
}

/** One counter of all entities of a kind: extremes and mean of everything, and a coarse course over time. */
export interface CounterSummary {
  readonly entityKind: SampleRow['entity_kind'];
  readonly counter: string;
  readonly unit: string;
  readonly drawn: DrawnValue;
  readonly entities: number;
  /** The most instances that one entity had; 0: none. */
  readonly instances: number;
  /** Values of whole entities; cumulative counters have one less than ticks, and less after gaps. */
  readonly n: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  /** Of each entity where there are few, else one course over all of them. */
  readonly courses: readonly (readonly CounterPoint[])[];
}

/** What a report shows of `samples`; the raw values never leave the database. */
export interface Counters {
  /** Rows of samples.parquet. */
  readonly rows: number;
  /** Of the series. */
  readonly grid: CounterGrid;
  /** Of the courses of the summaries. */
  readonly coarseGrid: CounterGrid;
  readonly series: readonly CounterSeries[];
  readonly summaries: readonly CounterSummary[];
  /** Hosts with samples, drawn or not. */
  readonly hosts: number;
  /** VMs with samples of a counter asked for by name, drawn or not; 0: none was asked for. */
  readonly vms: number;
}

/** How complete the samples of one host or VM are. */
export interface LedgerSummary {
  readonly entityKind: SampleRow['entity_kind'];
  readonly entity: string;
  readonly value: number;
  readonly backFilled: number;
  readonly gap: number;
  /** Ticks of the campaign for which the ledger has no row at all; anything but 0 is a fault. */
  readonly unaccounted: number;
}

/** Ticks in a row without a sample, for one reason. Times UTC ms, both included. */
export interface LedgerGap {
  readonly entityKind: SampleRow['entity_kind'];
  readonly entity: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ticks: number;
  readonly reason: string;
}

/** What a report shows of `ledger`. */
export interface Ledger {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Null: there was only one tick. */
  readonly everyMs: number | null;
  readonly entities: readonly LedgerSummary[];
  /** The longest ones. */
  readonly gaps: readonly LedgerGap[];
  /** How many there are altogether. */
  readonly gapCount: number;
}
