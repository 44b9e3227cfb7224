import type { Plan } from '../campaign/plan/plan';

/** plan.json: the plan, written once. */
export type StoredPlan = Plan;

/** What a migration cost its VM on the network as seen from one vantage. */
export interface BlackoutFigures {
  blackout_ms: number | null;
  blackout_low_ms: number | null;
  blackout_high_ms: number | null;
  blackout_located_by: string | null;
  blackout_below_noise: boolean | null;
  blackout_gap: string | null;
  noise_floor_ms: number | null;
  lost_ms: number | null;
  guest_stop_ms: number | null;
  host_silent_ms: number | null;
  brownout_ms: number | null;
}

/** One row of `migrations`: what a migration was to do, what it did and what it cost. Times UTC ms, null = not available. */
export interface MigrationRow extends BlackoutFigures {
  campaign: string;
  action: string;
  /** `drover`, or who else started it. */
  origin: string;
  /** `migrate` counts in the statistics; `place` does not. */
  kind: 'migrate' | 'place';
  vm: string;
  /** Null: the source was never learnt. */
  from: string | null;
  to: string;
  due: number | null;
  effective_due: number | null;
  armed: number | null;
  requested: number | null;
  finished: number | null;
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'not-converged' | 'missed' | 'skipped' | 'no-op';
  error: string | null;
  lateness_ms: number | null;
  waited_ms: number | null;
  migration_ms: number | null;
  hypervisor_ms: number | null;
  queued_ms: number | null;
  /** Whose `BlackoutFigures` these are. */
  vantage: string | null;
  downtime_ms: number | null;
  transferred_bytes: number | null;
  iterations: number | null;
  attempts: number;
  /** `observed`: requested and finished were seen by one process; `recovered`: taken from records. */
  provenance: 'observed' | 'recovered';
}

/** One row of `actions`: each action of the plan and when it really happened (a migration: was requested). */
export interface ActionRow {
  campaign: string;
  action: string;
  kind: string;
  vm: string | null;
  to: string | null;
  due: number | null;
  effective_due: number | null;
  happened: number | null;
  lateness_ms: number | null;
  outcome: string;
}

/** One row of `silences`. */
export interface SilenceRow {
  campaign: string;
  vantage: string;
  target: string;
  /** `vm` or `host` (a host's control echo). */
  target_kind: 'vm' | 'host';
  start: number;
  end: number;
  silence_ms: number;
  low_ms: number;
  high_ms: number;
  lost_ms: number;
  lost_probes: number;
  late_probes: number;
  guest_stop_ms: number | null;
  send_lateness_ms: number;
  open: boolean;
  /** What it was: filled by the analysis. */
  role: 'background' | 'blackout' | 'brownout' | 'collateral' | 'other' | null;
}

/** One row of `probes`: what the prober did to one target in one minute (or shorter piece) of time. */
export interface ProbeSummaryRow {
  campaign: string;
  vantage: string;
  target: string;
  target_kind: 'vm' | 'host';
  from: number;
  until: number;
  period_ms: number;
  sent: number;
  answered: number;
  lost: number;
  rtt_p50_ms: number | null;
  rtt_p99_ms: number | null;
  rtt_max_ms: number | null;
  send_lateness_p99_ms: number | null;
  send_lateness_max_ms: number | null;
}

/** One row of `blackouts`: one migration from one vantage. */
export interface BlackoutRow extends BlackoutFigures {
  campaign: string;
  action: string;
  vm: string;
  vantage: string;
}

/** One row of `clocks`: how far a machine's real-time clock, or the clock of a vantage's probes, was from the worker's. */
export interface ClockRow {
  campaign: string;
  machine: string;
  machine_kind: 'vm' | 'host' | 'vantage';
  /** On the worker's clock. */
  at: number;
  /** Machine minus worker; the true offset lies within the uncertainty. */
  offset_ms: number;
  /** Half the round trip. */
  uncertainty_ms: number;
}

/** One row of `samples`: one counter (or one instance of it) of an entity at one tick. */
export interface SampleRow {
  campaign: string;
  entity_kind: 'vm' | 'host';
  entity: string;
  counter: string;
  /** Empty: of the whole entity. */
  instance: string;
  /** True: the mean over the instances. */
  averaged: boolean;
  tick: number;
  /** When it was really taken, on the source's clock. */
  taken: number;
  value: number;
  unit: string;
  kind: 'gauge' | 'cumulative' | 'unknown';
  /** Of a cumulative counter: its growth since the tick before, per second; null where that is not known. */
  per_s: number | null;
  /** The host whose recorder took it, and whose clock gives the times. */
  source: string;
  provenance: 'hypervisor' | 'observed';
}

/** One row of `ledger`: what became of one entity at one tick. */
export interface LedgerRow {
  campaign: string;
  entity_kind: 'vm' | 'host';
  entity: string;
  tick: number;
  state: 'value' | 'back-filled' | 'gap';
  source: string | null;
  counters: number | null;
  collected: number | null;
  reason: string | null;
}

/** Row type of each table that fits into memory. */
export interface Tables {
  migrations: MigrationRow;
  actions: ActionRow;
  silences: SilenceRow;
  probes: ProbeSummaryRow;
  clocks: ClockRow;
  blackouts: BlackoutRow;
}

/** Row type of each table that may have millions of rows. */
export interface BulkTables {
  samples: SampleRow;
  ledger: LedgerRow;
}

/** Names of the tables with millions of rows. */
export type BulkTableName = keyof BulkTables;

/** A table's name: the name of its files. */
export type TableName = keyof Tables;

/** campaign.json: everything that a reader of the results must know beside the tables. */
export interface CampaignRecord {
  /** Version of this record's shape. */
  format: 1;
  drover: string;
  campaign: string;
  runId: string;
  site: string;
  hypervisor: string;
  /** True: figures come from an emulated or simulated site and show shapes only. */
  emulated: boolean;
  spec: unknown;
  planHash: string;
  inventory: unknown;
  /** The machine that ran worker and prober: node, cpu, cores, memory, kernel. */
  machine: Record<string, string | number>;
  createdAt: number;
  background?: { from: number; until: number };
  timeZero?: number;
  finishedAt?: number;
  outcome?: 'completed' | 'failed' | 'aborted' | 'cancelled';
  failure?: string;
  prober?: { periodMs: number; promptMs: number; locked: boolean; realtime: boolean; clock: string };
  /** Names of the further vantages, beside the machine of the worker. */
  vantages?: readonly string[];
}
