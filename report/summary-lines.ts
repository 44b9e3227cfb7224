import { summarise, type Summary } from '../measurement/statistics';
import type { MigrationRow } from '../store/types';
import { isCensored, isFailed, plannedMigrations } from './migration-groups';

/** One line of the statistics: a figure, whose values all have one provenance and one vantage. */
export interface SummaryLine {
  readonly figure: 'migration' | 'blackout' | 'brownout' | 'downtime';
  /** Null: observed and certain. Other values have lines of their own. */
  readonly apart: 'recovered' | 'ambiguous' | null;
  /** Where it was probed from; null where the figure has no vantage. */
  readonly vantage: string | null;
  readonly summary: Summary;
  /** How many of the values do not stand out of the noise floor; null where that means nothing. */
  readonly belowNoise: number | null;
  /** In how many of the values the source or target was silent too for a part; null where that is not known of any. */
  readonly hostSilent: number | null;
}

type Kind = Pick<SummaryLine, 'figure' | 'apart' | 'vantage'>;

/** The statistics of a campaign; recovered and ambiguous values have lines of their own. */
export function summaryLines(rows: readonly MigrationRow[]): readonly SummaryLine[] {
  const planned = plannedMigrations(rows);
  return [
    ...migrationLine(planned, 'observed', null),
    ...migrationLine(planned, 'recovered', 'recovered'),
    ...vantagesOf(planned).flatMap((vantage) => vantageLines(planned, vantage)),
    ...durationLine({ figure: 'downtime', apart: null, vantage: null }, planned, ({ downtime_ms }) => downtime_ms),
  ];
}

function migrationLine(
  rows: readonly MigrationRow[],
  provenance: MigrationRow['provenance'],
  apart: SummaryLine['apart'],
): SummaryLine[] {
  const group = rows.filter((row) => row.provenance === provenance);
  if (group.length === 0) return [];
  const durations = group.flatMap((row) => (row.outcome === 'succeeded' ? (row.migration_ms ?? []) : []));
  const not = { failed: group.filter(isFailed).length, censored: group.filter(isCensored).length };
  const summary = summarise(durations, not);
  return [{ figure: 'migration', apart, vantage: null, summary, belowNoise: null, hostSilent: null }];
}

function vantageLines(rows: readonly MigrationRow[], vantage: string): SummaryLine[] {
  const seen = rows.filter((row) => row.vantage === vantage);
  const apartOf = (row: MigrationRow): SummaryLine['apart'] => {
    if (row.blackout_located_by === 'ambiguous') return 'ambiguous';
    return row.provenance === 'recovered' ? 'recovered' : null;
  };
  const observed = seen.filter((row) => row.provenance === 'observed');
  return [
    ...([null, 'recovered', 'ambiguous'] as const).flatMap((apart) =>
      durationLine(
        { figure: 'blackout', apart, vantage },
        seen.filter((row) => apartOf(row) === apart),
        ({ blackout_ms }) => blackout_ms,
      ),
    ),
    ...durationLine({ figure: 'brownout', apart: null, vantage }, observed, ({ brownout_ms }) => brownout_ms),
  ];
}

function durationLine(
  kind: Kind,
  rows: readonly MigrationRow[],
  durationMs: (row: MigrationRow) => number | null,
): SummaryLine[] {
  const measured = rows.filter((row) => row.outcome === 'succeeded' && durationMs(row) !== null);
  if (measured.length === 0) return [];
  const durations = measured.flatMap((row) => durationMs(row) ?? []);
  const isBlackout = kind.figure === 'blackout';
  const hostSilences = isBlackout ? measured.flatMap(({ host_silent_ms }) => host_silent_ms ?? []) : [];
  return [
    {
      ...kind,
      summary: summarise(durations, { failed: 0, censored: 0 }),
      belowNoise: isBlackout ? measured.filter((row) => row.blackout_below_noise === true).length : null,
      hostSilent: hostSilences.length === 0 ? null : hostSilences.filter((ms) => ms > 0).length,
    },
  ];
}

function vantagesOf(rows: readonly MigrationRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ vantage }) => vantage ?? []))].sort();
}
