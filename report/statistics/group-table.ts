import { summarise, type Summary } from '../../measurement/statistics';
import type { MigrationRow } from '../../store/types';
import { dataTable } from '../data-table';
import { formatNumber, formatSeconds } from '../format-figure';
import { html, type Html } from '../html';
import { isCensored, isFailed, route } from '../migration-groups';
import { certainBlackouts, observedTimes } from './figures';

const MOST_GROUPS = 16;

/** Migrations that have something in common. */
interface Group {
  readonly by: string;
  readonly name: string;
  readonly rows: readonly MigrationRow[];
  readonly time: Summary;
  readonly blackout: Summary;
}

/** Migration time and blackout by direction and by VM, where there is more than one of them and few enough to list. */
export function groupTable(rows: readonly MigrationRow[]): Html | null {
  const groups = [
    ...(grouped('Route', rows, route) ?? grouped('Target', rows, ({ to }) => to) ?? []),
    ...(grouped('VM', rows, ({ vm }) => vm) ?? []),
  ];
  if (groups.length === 0) return null;
  return html`<h3>By route and by VM</h3>
    ${dataTable<Group>(
      'Statistics by route and by VM',
      [
        { title: 'By', kind: 'text', cell: ({ by }) => by },
        { title: 'Group', kind: 'text', cell: ({ name }) => name },
        { title: 'Failed', kind: 'figure', cell: ({ rows: own }) => String(own.filter(isFailed).length) },
        { title: 'Censored', kind: 'figure', cell: ({ rows: own }) => String(own.filter(isCensored).length) },
        { title: 'n', kind: 'figure', cell: ({ time }) => String(time.n) },
        ...spread('Migration time', 's', ({ time }) => time, formatSeconds),
        { title: 'n', kind: 'figure', cell: ({ blackout }) => String(blackout.n) },
        ...spread(
          'Blackout',
          'ms',
          ({ blackout }) => blackout,
          (ms) => formatNumber(ms, 0),
        ),
      ],
      groups,
    )}
    <p class="note">Observed times and certain blackouts only.</p>`;
}

function spread(name: string, unit: string, of: (group: Group) => Summary, format: (ms: number) => string) {
  const range = (low: number | null, high: number | null) =>
    low === null || high === null ? null : low === high ? format(low) : `${format(low)}\u2013${format(high)}`;
  return [
    {
      title: `${name}, median`,
      unit,
      kind: 'figure' as const,
      cell: (group: Group) => {
        const { medianMs } = of(group);
        return medianMs === null ? null : format(medianMs);
      },
      whenAbsent: 'none was measured',
    },
    {
      title: '95 % interval',
      unit,
      kind: 'figure' as const,
      cell: (group: Group) => {
        const { medianIntervalMs: interval } = of(group);
        return range(interval?.low ?? null, interval?.high ?? null);
      },
      whenAbsent: 'needs at least 5 values',
    },
    {
      title: 'min\u2013max',
      unit,
      kind: 'figure' as const,
      cell: (group: Group) => range(of(group).minMs, of(group).maxMs),
      whenAbsent: 'none was measured',
    },
  ];
}

/** Null: one group says nothing more than the whole, and too many are no summary. */
function grouped(by: string, rows: readonly MigrationRow[], key: (row: MigrationRow) => string): Group[] | null {
  const names = [...new Set(rows.map(key))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (names.length < 2) return [];
  if (names.length > MOST_GROUPS || names.length === rows.length) return null;
  return names.map((name) => {
    const own = rows.filter((row) => key(row) === name);
    const none = { failed: 0, censored: 0 };
    return {
      by,
      name,
      rows: own,
      time: summarise(observedTimes(own), none),
      blackout: summarise(certainBlackouts(own), none),
    };
  });
}
