import { groupBy } from '../measurement/group-by';
import type { BlackoutRow, MigrationRow } from '../store/types';
import { dataTable, type TableColumn } from './data-table';
import { formatNumber } from './format-figure';
import { html, type Html, type HtmlPart } from './html';
import { route } from './migration-groups';
import { blackout, bounds, LOCATED } from './migration-table';

interface SeenMigration {
  readonly number: number;
  readonly migration: MigrationRow;
  readonly seen: BlackoutRow;
}

const COLUMNS: readonly TableColumn<SeenMigration>[] = [
  { title: '#', kind: 'figure', cell: ({ number }) => String(number) },
  { title: 'VM', kind: 'text', cell: ({ migration }) => migration.vm },
  { title: 'From \u2192 to', kind: 'text', cell: ({ migration }) => route(migration) },
  { title: 'Vantage', kind: 'text', cell: ({ seen }) => seen.vantage },
  { title: 'Blackout', unit: 'ms', kind: 'figure', cell: ({ seen }) => blackout(seen) },
  { title: 'Blackout bounds', unit: 'ms', kind: 'figure', cell: ({ seen }) => bounds(seen) },
  {
    title: 'Located by',
    kind: 'text',
    cell: ({ seen: { blackout_located_by: by } }) => (by === null ? null : (LOCATED[by] ?? by)),
  },
  { title: 'Noise floor', unit: 'ms', kind: 'figure', cell: ({ seen }) => ms(seen.noise_floor_ms) },
  { title: 'Lost', unit: 'ms', kind: 'figure', cell: ({ seen }) => ms(seen.lost_ms) },
  { title: 'Guest stop', unit: 'ms', kind: 'figure', cell: ({ seen }) => ms(seen.guest_stop_ms) },
  { title: 'Host silent', unit: 'ms', kind: 'figure', cell: ({ seen }) => ms(seen.host_silent_ms) },
  { title: 'Brownout', unit: 'ms', kind: 'figure', cell: ({ seen }) => ms(seen.brownout_ms) },
  { title: 'Why there is none', kind: 'prose', cell: ({ seen }) => seen.blackout_gap, whenAbsent: 'each has a figure' },
];

/** One row a migration and vantage, so that figures of two vantages stand beside each other; nothing where there is one vantage. */
export function vantageTable(migrations: readonly MigrationRow[], blackouts: readonly BlackoutRow[]): Html | null {
  if (new Set(blackouts.map(({ vantage }) => vantage)).size < 2) return null;
  const seenOf = groupBy(blackouts, ({ action }) => action);
  const rows = migrations.flatMap((migration, index) =>
    (seenOf.get(migration.action) ?? []).map((seen) => ({ number: index + 1, migration, seen })),
  );
  return html`<h3>From each vantage</h3>
    <p class="note">
      Every vantage is judged by itself. All other figures of migrations in this report are those of the machine that
      ran the worker.
    </p>
    ${dataTable('Blackout from each vantage', COLUMNS, rows, { file: 'blackouts.csv' })}`;
}

function ms(value: number | null): HtmlPart {
  return value === null ? null : formatNumber(value, 0);
}
