import type { CampaignRecord, MigrationRow } from '../store/types';
import { dataTable, type TableColumn } from './data-table';
import { formatNumber, formatOffset, formatSeconds, formatTime } from './format-figure';
import { html, type Html, type HtmlPart } from './html';
import { isCensored, isFailed, route } from './migration-groups';

/** How a blackout was located, in words. */
export const LOCATED: Readonly<Record<string, string>> = {
  'guest-clock': 'guest clock',
  hypervisor: 'hypervisor events',
  ambiguous: 'ambiguous',
};
const MIB = 1024 ** 2;

/** All migrations given, one row each; failed ones stay in place with their error. */
export function migrationTable(label: string, rows: readonly MigrationRow[], campaign: CampaignRecord): Html {
  const numbers = new Map(rows.map((row, index) => [row, index + 1]));
  const gaps = [...new Set(rows.flatMap(({ blackout_gap }) => blackout_gap ?? []))].join('; ') || 'no prober looked';
  const columns: TableColumn<MigrationRow>[] = [
    { title: '#', kind: 'figure', cell: (row) => String(numbers.get(row) ?? '') },
    { title: 'VM', kind: 'text', cell: ({ vm }) => vm },
    { title: 'From \u2192 to', kind: 'text', cell: (row) => route(row) },
    {
      title: 'Due',
      unit: 'h:mm:ss',
      kind: 'figure',
      cell: (row) => moment(row.effective_due ?? row.due, campaign),
      whenAbsent: 'placement has no due time',
    },
    {
      title: 'Lateness',
      unit: 'ms',
      kind: 'figure',
      cell: ({ lateness_ms }) => ms(lateness_ms, 1),
      whenAbsent: 'nothing was due',
    },
    { title: 'Outcome', kind: 'text', cell: outcome },
    { title: 'Migration time', unit: 's', kind: 'figure', cell: migrationTime, whenAbsent: 'none was measured' },
    { title: 'Blackout', unit: 'ms', kind: 'figure', cell: blackout, whenAbsent: gaps },
    { title: 'Blackout bounds', unit: 'ms', kind: 'figure', cell: bounds, whenAbsent: gaps },
    {
      title: 'Blackout located by',
      kind: 'text',
      cell: ({ blackout_located_by: by }) => (by === null ? null : (LOCATED[by] ?? by)),
      whenAbsent: gaps,
    },
    { title: 'Lost', unit: 'ms', kind: 'figure', cell: ({ lost_ms }) => ms(lost_ms, 0), whenAbsent: gaps },
    {
      title: 'Guest stop',
      unit: 'ms',
      kind: 'figure',
      cell: ({ guest_stop_ms }) => ms(guest_stop_ms, 0),
      whenAbsent: 'no guest clock was read',
    },
    {
      title: 'Host silent',
      unit: 'ms',
      kind: 'figure',
      cell: ({ host_silent_ms }) => ms(host_silent_ms, 0),
      whenAbsent: 'source and target were not both probed throughout a blackout',
    },
    { title: 'Brownout', unit: 'ms', kind: 'figure', cell: ({ brownout_ms }) => ms(brownout_ms, 0), whenAbsent: gaps },
    {
      title: 'Downtime (hypervisor)',
      unit: 'ms',
      kind: 'figure',
      cell: ({ downtime_ms }) => ms(downtime_ms, 0),
      whenAbsent: 'the hypervisor reported none',
    },
    {
      title: 'Sent',
      unit: 'MiB',
      kind: 'figure',
      cell: ({ transferred_bytes: sent }) => ms(sent === null ? null : sent / MIB, 1),
      whenAbsent: 'the hypervisor reported none',
    },
    {
      title: 'Iterations',
      kind: 'figure',
      cell: ({ iterations }) => ms(iterations, 0),
      whenAbsent: 'the hypervisor reported none',
    },
    { title: 'Attempts', kind: 'figure', cell: ({ attempts }) => String(attempts) },
    { title: 'Provenance', kind: 'text', cell: ({ provenance }) => provenance },
  ];
  return dataTable(label, columns, rows, {
    rowClass: (row) => (isFailed(row) || isCensored(row) ? 'failed' : ''),
    file: 'migrations.csv',
  });
}

/** A moment as offset from time zero, or as UTC time where the campaign never reached time zero. */
export function moment(atMs: number | null, { timeZero }: CampaignRecord): string | null {
  if (atMs === null) return null;
  return timeZero === undefined ? formatTime(atMs) : formatOffset(atMs - timeZero);
}

const ms = (value: number | null, decimals: number): string | null =>
  value === null ? null : formatNumber(value, decimals);

function outcome({ kind, origin, outcome: word, error }: MigrationRow): HtmlPart {
  const marks = [kind === 'place' ? 'placement' : null, origin === 'drover' ? null : `by ${origin}`].filter(
    (mark) => mark !== null,
  );
  const suffix = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  return html`${word}${suffix}${error === null ? null : html` <span class="reason">${error}</span>`}`;
}

function migrationTime(row: MigrationRow): HtmlPart {
  if (row.migration_ms === null) return null;
  return `${isCensored(row) ? '>\u202f' : ''}${formatSeconds(row.migration_ms)}`;
}

/** The figure, marked where it does not stand out of the noise floor. */
export function blackout({
  blackout_ms,
  blackout_below_noise,
}: Pick<MigrationRow, 'blackout_ms' | 'blackout_below_noise'>): HtmlPart {
  if (blackout_ms === null) return null;
  const figure = formatNumber(blackout_ms, 0);
  return blackout_below_noise === true
    ? html`<abbr title="not distinguishable from the noise floor">†</abbr>${'\u202f'}${figure}`
    : figure;
}

/** From the lower to the upper bound. */
export function bounds({
  blackout_low_ms: low,
  blackout_high_ms: high,
}: Pick<MigrationRow, 'blackout_low_ms' | 'blackout_high_ms'>): HtmlPart {
  return low === null || high === null ? null : `${formatNumber(low, 0)}\u2013${formatNumber(high, 0)}`;
}
