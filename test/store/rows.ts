import type { ActionRow, MigrationRow, SilenceRow } from '../../store/types';

/** A made-up row of `actions`. */
export function actionRow(action: string, change: Partial<ActionRow> = {}): ActionRow {
  const times = { due: 1_772_442_000_000, effective_due: 1_772_442_000_000, happened: 1_772_442_000_000.4 };
  const rest = { campaign: 'c', kind: 'migrate', vm: 'g1', to: 'h2', lateness_ms: 0.4, outcome: 'succeeded' };
  return { ...rest, ...times, action, ...change };
}

/** A made-up row of `silences`. */
export function silenceRow(start: number): SilenceRow {
  return {
    campaign: 'c',
    vantage: 'worker',
    target: 'g1',
    target_kind: 'vm',
    start,
    end: start + 25.125,
    silence_ms: 25.125,
    low_ms: 20,
    high_ms: 30.5,
    lost_ms: 0,
    lost_probes: 0,
    late_probes: 5,
    guest_stop_ms: null,
    send_lateness_ms: 0.2,
    open: false,
    role: null,
  };
}

/** A made-up row of `migrations` that succeeded. */
export function migrationRow(action: string, change: Partial<MigrationRow> = {}): MigrationRow {
  const at = 1_772_442_000_000;
  return {
    ...{ campaign: 'c', action, origin: 'drover', kind: 'migrate', vm: 'g1', from: 'h1', to: 'h2' },
    ...{ due: at, effective_due: at, armed: at - 5_000, requested: at + 0.4, finished: at + 900, outcome: 'succeeded' },
    ...{ error: null, lateness_ms: 0.4, waited_ms: 0, migration_ms: 899.6, hypervisor_ms: 850, queued_ms: null },
    ...{ vantage: null, blackout_ms: null, blackout_low_ms: null, blackout_high_ms: null, blackout_located_by: null },
    ...{ blackout_below_noise: null, blackout_gap: null, noise_floor_ms: null, lost_ms: null, guest_stop_ms: null },
    ...{ host_silent_ms: null, brownout_ms: null, downtime_ms: 60, transferred_bytes: 1e8, iterations: 3, attempts: 1 },
    ...{ provenance: 'observed', ...change },
  };
}
