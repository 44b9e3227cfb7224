import { groupBy } from '../../measurement/group-by';
import type { ClockRow } from '../../store/types';

/** All readings of one machine's clock, in the order of time. */
export interface MachineClock {
  readonly machine: string;
  readonly kind: ClockRow['machine_kind'];
  readonly readings: readonly ClockRow[];
  /** The reading with the least uncertainty: what is known best. */
  readonly best: ClockRow;
  readonly minOffsetMs: number;
  readonly maxOffsetMs: number;
  readonly maxUncertaintyMs: number;
}

/** What a machine is, for people. */
export const MACHINE_KIND: Readonly<Record<ClockRow['machine_kind'], string>> = {
  host: 'Host',
  vantage: 'Vantage',
  vm: 'VM',
};

/** The clocks of all machines, hosts first. */
export function machineClocks(rows: readonly ClockRow[]): readonly MachineClock[] {
  const machines = groupBy(rows, ({ machine_kind, machine }) => JSON.stringify([machine_kind, machine]));
  return [...machines.values()]
    .flatMap((unsorted): MachineClock[] => {
      const readings = [...unsorted].sort((a, b) => a.at - b.at);
      const [first] = readings;
      if (first === undefined) return [];
      const offsets = readings.map(({ offset_ms: ms }) => ms);
      return [
        {
          machine: first.machine,
          kind: first.machine_kind,
          readings,
          best: readings.reduce((best, each) => (each.uncertainty_ms < best.uncertainty_ms ? each : best)),
          minOffsetMs: Math.min(...offsets),
          maxOffsetMs: Math.max(...offsets),
          maxUncertaintyMs: Math.max(...readings.map(({ uncertainty_ms: ms }) => ms)),
        },
      ];
    })
    .sort((a, b) => a.kind.localeCompare(b.kind) || a.machine.localeCompare(b.machine, 'en', { numeric: true }));
}
