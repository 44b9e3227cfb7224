import { summarise, type Summary } from '../measurement/statistics';
import type { MigrationRow } from '../store/types';
import { isCensored, isFailed, plannedMigrations } from './migration-groups';

/** One line of the statistics: a figure, whose values all have one provenance and one vantage. */
export interface SummaryLine {
  readonly figure: 'migration' | 'blackout' | 'brownout' | 'downtime';
  readonly title: string;
  readonly summary: Summary;
  /** How many of the values do not stand out of the noise floor; null where that means nothing. */
  readonly belowNoise: number | null;
}

/** The statistics of a campaign; recovered and ambiguous values have lines of their own. */
export function summaryLines(rows: readonly MigrationRow[]): readonly SummaryLine[] {
  const planned = plannedMigrations(rows);
  return [
    ...(['observed', 'recovered'] as const).flatMap((provenance) => migrationLine(planned, provenance)),
    ...vantagesOf(planned).flatMap((vantage) => vantageLines(planned, vantage)),
    ...durationLine('downtime', 'Downtime (hypervisor)', planned, ({ downtime_ms }) => downtime_ms),
  ];
}

function migrationLine(rows: readonly MigrationRow[], provenance: MigrationRow['provenance']): SummaryLine[] {
  const group = rows.filter((row) => row.provenance === provenance);
  if (group.length === 0) return [];
  const durations = group.flatMap((row) => (row.outcome === 'succeeded' ? (row.migration_ms ?? []) : []));
  const not = { failed: group.filter(isFailed).length, censored: group.filter(isCensored).length };
  const title = provenance === 'observed' ? 'Migration time' : 'Migration time, recovered from records';
  return [{ figure: 'migration', title, summary: summarise(durations, not), belowNoise: null }];
}

function vantageLines(rows: readonly MigrationRow[], vantage: string): SummaryLine[] {
  const seen = rows.filter((row) => row.vantage === vantage && row.outcome === 'succeeded');
  const isAmbiguous = (row: MigrationRow) => row.blackout_located_by === 'ambiguous';
  const blackout = ({ blackout_ms }: MigrationRow) => blackout_ms;
  const observed = seen.filter((row) => row.provenance === 'observed');
  const certain = observed.filter((row) => !isAmbiguous(row));
  const recovered = seen.filter((row) => row.provenance === 'recovered' && !isAmbiguous(row));
  const from = `from ${vantage}`;
  return [
    ...durationLine('blackout', `Blackout, ${from}`, certain, blackout),
    ...durationLine('blackout', `Blackout of recovered migrations, ${from}`, recovered, blackout),
    ...durationLine('blackout', `Blackout, ambiguous, ${from}`, seen.filter(isAmbiguous), blackout),
    ...durationLine('brownout', `Brownout, ${from}`, observed, ({ brownout_ms }) => brownout_ms),
  ];
}

function durationLine(
  figure: SummaryLine['figure'],
  title: string,
  rows: readonly MigrationRow[],
  durationMs: (row: MigrationRow) => number | null,
): SummaryLine[] {
  const measured = rows.filter((row) => row.outcome === 'succeeded' && durationMs(row) !== null);
  if (measured.length === 0) return [];
  return [
    {
      figure,
      title,
      summary: summarise(
        measured.flatMap((row) => durationMs(row) ?? []),
        { failed: 0, censored: 0 },
      ),
      belowNoise: figure === 'blackout' ? measured.filter((row) => row.blackout_below_noise === true).length : null,
    },
  ];
}

function vantagesOf(rows: readonly MigrationRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ vantage }) => vantage ?? []))].sort();
}
