import type { SampleRow } from './types';

/** A counter of a reading. */
export interface StoredCounter {
  readonly counter: string;
  readonly instance: string;
  readonly unit: string;
  readonly kind: SampleRow['kind'];
}

/** All counters of one entity at one tick, as one source took them. Times UTC ms. */
export interface StoredReading {
  readonly entityKind: SampleRow['entity_kind'];
  readonly entity: string;
  readonly tickMs: number;
  readonly takenAtMs: number;
  /** The source's monotonic clock; rates are made of its differences. */
  readonly monotonicMs: number;
  readonly source: string;
  /** Of several sources the lowest rank is believed. */
  readonly rank: number;
  readonly provenance: SampleRow['provenance'];
  readonly counters: readonly StoredCounter[];
  readonly values: readonly number[];
}

/** Ticks (both ends included) without a reading of a source, and why. */
export interface StoredNote {
  readonly source: string;
  readonly scope: 'all' | 'vms' | 'vm';
  readonly vm: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** What is stored at once. */
export interface SampleBatch {
  readonly readings: readonly StoredReading[];
  readonly notes: readonly StoredNote[];
  /** When it was collected, UTC ms. */
  readonly collectedMs: number;
}

/** The grid of a campaign: ticks from `fromMs` to `untilMs`, both included. */
export interface TickRange {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly everyMs: number;
}

/** Something that has counters. */
export interface SampledEntity {
  readonly kind: SampleRow['entity_kind'];
  readonly name: string;
}
