import { compareMedians } from '../../measurement/compare-medians';
import { summarise } from '../../measurement/statistics';
import type { MigrationRow } from '../../store/types';
import { isCensored, isFailed, plannedMigrations } from '../migration-groups';
import { certainBlackouts, observedTimes } from '../statistics/figures';
import type { ComparedFigure } from './compare-input';

interface Figure {
  readonly title: string;
  readonly unit: ComparedFigure['unit'];
  readonly valuesOf: (rows: readonly MigrationRow[]) => readonly number[];
}

const of =
  (value: (row: MigrationRow) => number | null) =>
  (rows: readonly MigrationRow[]): readonly number[] =>
    rows.flatMap((row) => (row.outcome === 'succeeded' && row.provenance === 'observed' ? (value(row) ?? []) : []));

const FIGURES: readonly Figure[] = [
  { title: 'Migration time', unit: 's', valuesOf: (rows) => observedTimes(rows).map((ms) => ms / 1000) },
  { title: 'Blackout', unit: 'ms', valuesOf: certainBlackouts },
  { title: 'Brownout', unit: 'ms', valuesOf: of(({ brownout_ms }) => brownout_ms) },
  { title: 'Downtime (hypervisor)', unit: 'ms', valuesOf: of(({ downtime_ms }) => downtime_ms) },
  {
    title: 'Transferred',
    unit: 'MiB',
    valuesOf: of(({ transferred_bytes: n }) => (n === null ? null : n / 1024 ** 2)),
  },
  { title: 'Lateness', unit: 'ms', valuesOf: of(({ lateness_ms }) => lateness_ms) },
];

/** The figures that either campaign has: observed migrations of the plan that succeeded, blackouts that are certain. */
export function compareFigures(
  first: readonly MigrationRow[],
  second: readonly MigrationRow[],
): readonly ComparedFigure[] {
  const rows = [plannedMigrations(first), plannedMigrations(second)] as const;
  return FIGURES.flatMap(({ title, unit, valuesOf }): ComparedFigure[] => {
    const values = [valuesOf(rows[0]), valuesOf(rows[1])] as const;
    if (values[0].length + values[1].length === 0) return [];
    const counted = (of: readonly MigrationRow[]) => ({
      failed: of.filter(isFailed).length,
      censored: of.filter(isCensored).length,
    });
    return [
      {
        title,
        unit,
        values,
        summaries: [summarise(values[0], counted(rows[0])), summarise(values[1], counted(rows[1]))],
        difference: compareMedians(values[0], values[1]),
      },
    ];
  });
}
