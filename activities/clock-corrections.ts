import type { MeasuredMigration } from '../measurement/blackout';
import { offsetDuring, type ClockReading, type OffsetDuring } from '../measurement/clock-offsets';
import type { ClockRow, MigrationRow } from '../store/types';

/** The times of a migration as a vantage's clock showed them, and how far they may be off. */
export type VantageTimes = Pick<MeasuredMigration, 'requestedAtMs' | 'finishedAtMs' | 'nextRequestedAtMs' | 'widenMs'>;

/** The readings of each machine's clock. */
export type ReadingsByMachine = ReadonlyMap<string, readonly ClockReading[]>;

/** A driver turns recovered times into the worker's by one look at the host's clock, which tells it no better than this. */
const LOOKED_AT_MS = 1_000;

/**
 * Moves a migration's times from the worker's clock to a vantage's. They may be off by the uncertainty of that and, where they were
 * recovered from the records of the source host, by that of the look at its clock and by what it was changed around then.
 */
export function onVantageClock(
  row: Pick<MigrationRow, 'requested' | 'finished' | 'from' | 'provenance'>,
  nextRequestedAtMs: number | null,
  vantage: string,
  clocks: ReadingsByMachine,
): VantageTimes {
  const during = (kind: ClockRow['machine_kind'], machine: string | null): OffsetDuring | null =>
    row.requested === null || row.finished === null
      ? null
      : offsetDuring(clocks.get(keyOf(kind, machine)) ?? [], row.requested, row.finished);
  const own = during('vantage', vantage);
  const host = row.provenance === 'recovered' ? during('host', row.from) : null;
  const moved = (atMs: number | null): number | null => (atMs === null ? null : atMs + (own?.offsetMs ?? 0));
  return {
    requestedAtMs: moved(row.requested),
    finishedAtMs: moved(row.finished),
    nextRequestedAtMs: moved(nextRequestedAtMs),
    // Both ends of where the host's clock was count: the driver looked at one of them, its records are of the other.
    widenMs:
      (own?.uncertaintyMs ?? 0) +
      (row.provenance === 'recovered' ? LOOKED_AT_MS : 0) +
      (host === null ? 0 : 2 * host.uncertaintyMs),
  };
}

/** Sorts the rows of all machines by machine, once for all migrations. */
export function readingsByMachine(clocks: readonly ClockRow[]): ReadingsByMachine {
  const readings = new Map<string, ClockReading[]>();
  for (const { machine_kind, machine, at: atMs, offset_ms: offsetMs, uncertainty_ms: uncertaintyMs } of clocks) {
    const key = keyOf(machine_kind, machine);
    const own = readings.get(key) ?? [];
    own.push({ atMs, offsetMs, uncertaintyMs });
    readings.set(key, own);
  }
  return readings;
}

const keyOf = (kind: ClockRow['machine_kind'], machine: string | null): string => `${kind} ${machine ?? ''}`;
