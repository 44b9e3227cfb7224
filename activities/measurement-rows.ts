import type { ProbeSummary } from '../measurement/probe-summary';
import type { Silence } from '../measurement/types';
import type { ProbeSummaryRow, SilenceRow } from '../store/types';

/** What was probed, from where, for which campaign. */
export interface ProbedRow {
  readonly campaign: string;
  readonly vantage: string;
  readonly target: string;
  readonly kind: 'vm' | 'host';
}

/** A silence as a row; its role is judged when the campaign finishes. */
export function silenceRow(silence: Silence, { campaign, vantage, target, kind }: ProbedRow): SilenceRow {
  return {
    campaign,
    vantage,
    target,
    target_kind: kind,
    start: silence.startMs,
    end: silence.endMs,
    silence_ms: silence.durationMs,
    low_ms: silence.lowMs,
    high_ms: silence.highMs,
    lost_ms: silence.lostMs,
    lost_probes: silence.lostProbes,
    late_probes: silence.lateProbes,
    guest_stop_ms: silence.guestStopMs,
    send_lateness_ms: silence.sendLatenessMs,
    open: silence.open,
    role: null,
  };
}

/** A stored silence as the analysis takes it. */
export function silenceOfRow(row: SilenceRow): Silence {
  return {
    target: row.target,
    vantage: row.vantage,
    startMs: row.start,
    endMs: row.end,
    durationMs: row.silence_ms,
    lowMs: row.low_ms,
    highMs: row.high_ms,
    lostMs: row.lost_ms,
    lostProbes: row.lost_probes,
    lateProbes: row.late_probes,
    guestStopMs: row.guest_stop_ms,
    sendLatenessMs: row.send_lateness_ms,
    open: row.open,
  };
}

/** A minute of probes as a row. */
export function probeSummaryRow(
  summary: ProbeSummary,
  { campaign, vantage, target, kind }: ProbedRow,
): ProbeSummaryRow {
  return {
    campaign,
    vantage,
    target,
    target_kind: kind,
    from: summary.fromMs,
    until: summary.untilMs,
    period_ms: summary.periodMs,
    sent: summary.sent,
    answered: summary.answered,
    lost: summary.lost,
    rtt_p50_ms: summary.roundTripP50Ms,
    rtt_p99_ms: summary.roundTripP99Ms,
    rtt_max_ms: summary.roundTripMaxMs,
    send_lateness_p99_ms: summary.sendLatenessP99Ms,
    send_lateness_max_ms: summary.sendLatenessMaxMs,
  };
}
