import type { ActionRow, SilenceRow } from '../../store/types';

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
