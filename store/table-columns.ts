import type { BlackoutFigures, BulkTableName, BulkTables, TableName, Tables } from './types';

/** What a column holds. `time`: UTC milliseconds in rows, TIMESTAMP WITH TIME ZONE in Parquet, ISO 8601 in CSV. */
export type ColumnType = 'text' | 'time' | 'number' | 'integer' | 'boolean';

/** A column's type; `nullable` allows null, which means not available. */
export interface Column {
  readonly type: ColumnType;
  readonly nullable: boolean;
}

type Columns<Row> = { readonly [C in keyof Row]-?: Column & { readonly nullable: null extends Row[C] ? true : false } };

const required = <T extends ColumnType>(type: T) => ({ type, nullable: false }) as const;
const nullable = <T extends ColumnType>(type: T) => ({ type, nullable: true }) as const;

const BLACKOUT_FIGURES: Columns<BlackoutFigures> = {
  blackout_ms: nullable('number'),
  blackout_low_ms: nullable('number'),
  blackout_high_ms: nullable('number'),
  blackout_located_by: nullable('text'),
  blackout_below_noise: nullable('boolean'),
  blackout_gap: nullable('text'),
  noise_floor_ms: nullable('number'),
  lost_ms: nullable('number'),
  guest_stop_ms: nullable('number'),
  host_silent_ms: nullable('number'),
  brownout_ms: nullable('number'),
};

/** Columns of each table in the order of its files. */
export const TABLE_COLUMNS: { readonly [T in TableName]: Columns<Tables[T]> } = {
  migrations: {
    campaign: required('text'),
    action: required('text'),
    origin: required('text'),
    kind: required('text'),
    vm: required('text'),
    from: nullable('text'),
    to: required('text'),
    due: nullable('time'),
    effective_due: nullable('time'),
    armed: nullable('time'),
    requested: nullable('time'),
    finished: nullable('time'),
    outcome: required('text'),
    error: nullable('text'),
    lateness_ms: nullable('number'),
    waited_ms: nullable('number'),
    migration_ms: nullable('number'),
    hypervisor_ms: nullable('number'),
    queued_ms: nullable('number'),
    vantage: nullable('text'),
    ...BLACKOUT_FIGURES,
    downtime_ms: nullable('number'),
    transferred_bytes: nullable('integer'),
    iterations: nullable('integer'),
    attempts: required('integer'),
    provenance: required('text'),
  },
  actions: {
    campaign: required('text'),
    action: required('text'),
    kind: required('text'),
    vm: nullable('text'),
    to: nullable('text'),
    due: nullable('time'),
    effective_due: nullable('time'),
    happened: nullable('time'),
    lateness_ms: nullable('number'),
    outcome: required('text'),
  },
  silences: {
    campaign: required('text'),
    vantage: required('text'),
    target: required('text'),
    target_kind: required('text'),
    start: required('time'),
    end: required('time'),
    silence_ms: required('number'),
    low_ms: required('number'),
    high_ms: required('number'),
    lost_ms: required('number'),
    lost_probes: required('integer'),
    late_probes: required('integer'),
    guest_stop_ms: nullable('number'),
    send_lateness_ms: required('number'),
    open: required('boolean'),
    role: nullable('text'),
  },
  probes: {
    campaign: required('text'),
    vantage: required('text'),
    target: required('text'),
    target_kind: required('text'),
    from: required('time'),
    until: required('time'),
    period_ms: required('number'),
    sent: required('integer'),
    answered: required('integer'),
    lost: required('integer'),
    rtt_p50_ms: nullable('number'),
    rtt_p99_ms: nullable('number'),
    rtt_max_ms: nullable('number'),
    send_lateness_p99_ms: nullable('number'),
    send_lateness_max_ms: nullable('number'),
  },
  clocks: {
    campaign: required('text'),
    machine: required('text'),
    machine_kind: required('text'),
    at: required('time'),
    offset_ms: required('number'),
    uncertainty_ms: required('number'),
  },
  blackouts: {
    campaign: required('text'),
    action: required('text'),
    vm: required('text'),
    vantage: required('text'),
    ...BLACKOUT_FIGURES,
  },
};

/** Columns of the tables that may have millions of rows. */
const BULK_COLUMNS: { readonly [T in BulkTableName]: Columns<BulkTables[T]> } = {
  samples: {
    campaign: required('text'),
    entity_kind: required('text'),
    entity: required('text'),
    counter: required('text'),
    instance: required('text'),
    averaged: required('boolean'),
    tick: required('time'),
    taken: required('time'),
    value: required('number'),
    unit: required('text'),
    kind: required('text'),
    per_s: nullable('number'),
    source: required('text'),
    provenance: required('text'),
  },
  ledger: {
    campaign: required('text'),
    entity_kind: required('text'),
    entity: required('text'),
    tick: required('time'),
    state: required('text'),
    source: nullable('text'),
    counters: nullable('integer'),
    collected: nullable('time'),
    reason: nullable('text'),
  },
};

/** What makes a row the same row again: a later chunk's row with the same key replaces it. */
export const PRIMARY_KEYS: { readonly [T in TableName]: readonly (keyof Tables[T] & string)[] } = {
  migrations: ['campaign', 'action'],
  actions: ['campaign', 'action'],
  silences: ['campaign', 'vantage', 'target', 'start'],
  probes: ['campaign', 'vantage', 'target', 'from'],
  clocks: ['campaign', 'machine_kind', 'machine', 'at'],
  blackouts: ['campaign', 'action', 'vantage'],
};

/** The columns of a table as a list. */
export function columnsOf(table: TableName | BulkTableName): readonly (readonly [name: string, column: Column])[] {
  return Object.entries(table === 'samples' || table === 'ledger' ? BULK_COLUMNS[table] : TABLE_COLUMNS[table]);
}

/** All tables. */
export const TABLE_NAMES = Object.keys(TABLE_COLUMNS) as readonly TableName[];
