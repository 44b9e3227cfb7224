import type { AgentStatus } from './agent-status';
import { judgeRoundTrip, type ClockOffset } from './ssh-clocks';

/** How far the clock of a prober's records is from this process's; it follows no correction of its machine's clock. */
export type SeriesClock = Pick<ClockOffset, 'atMs' | 'offsetMs' | 'uncertaintyMs'>;

/** UTC milliseconds of this process: its monotonic clock, set once at its start. */
export function processNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * The offset of the clock of a prober's records. @param status - its status @param read - the machine's clock, and when it
 * was asked for and had @returns null if it wrote no records yet
 */
export function judgeSeriesClock(
  { fields }: Pick<AgentStatus, 'fields'>,
  read: { readonly sentAtMs: number; readonly monotonicMs: number; readonly receivedAtMs: number },
): SeriesClock | null {
  const { series_mono_ns: monotonic, series_real_ns: real } = fields;
  if (monotonic === undefined || real === undefined) return null;
  const seriesMs = read.monotonicMs - Number(monotonic) / 1e6 + Number(real) / 1e6;
  if (!Number.isFinite(seriesMs)) return null;
  return judgeRoundTrip(read.sentAtMs, seriesMs, read.receivedAtMs);
}
