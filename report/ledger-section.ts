import type { LedgerGap, LedgerSummary } from '../store/counter-types';
import { dataTable } from './data-table';
import { formatDuration, formatNumber, plural } from './format-figure';
import { html, type Html } from './html';
import { moment } from './migration-table';
import type { ReportInput } from './report-input';

/** How complete the samples are: every tick of every host and VM accounted for, and every gap with its reason. */
export function ledgerSection({ ledger, campaign }: ReportInput): Html {
  if (ledger === null) return html`<p class="note">Not available: nothing was sampled, so there is no ledger.</p>`;
  const { entities, gaps, gapCount, everyMs } = ledger;
  const total = (of: (each: LedgerSummary) => number) => entities.reduce((sum, each) => sum + of(each), 0);
  const ticks = total(ticksOf);
  const values = total(({ value, backFilled }) => value + backFilled);
  const unaccounted = total((each) => each.unaccounted);
  return html`<p>
      ${plural(ticks, 'tick')} of
      ${plural(entities.length, 'host or VM', 'hosts and VMs')}${everyMs === null ? null : `, every ${formatDuration(everyMs)}`}:
      ${percent(values, ticks)} % have a sample
      (${formatNumber(
        total(({ backFilled }) => backFilled),
        0,
      )}
      of them collected late),
      ${formatNumber(
        total(({ gap }) => gap),
        0,
      )}
      are gaps with a reason, ${formatNumber(unaccounted, 0)} are unaccounted
      for${unaccounted === 0 ? '' : ': the ledger has no row for them, which is a fault'}.
    </p>
    ${dataTable<LedgerSummary>(
      'Completeness of samples',
      [
        { title: 'Of', kind: 'text', cell: ({ entityKind }) => (entityKind === 'vm' ? 'VM' : 'host') },
        { title: 'Name', kind: 'text', cell: ({ entity }) => entity },
        { title: 'Ticks', kind: 'figure', cell: (each) => formatNumber(ticksOf(each), 0) },
        { title: 'Sampled', kind: 'figure', cell: ({ value }) => formatNumber(value, 0) },
        { title: 'Back-filled', kind: 'figure', cell: ({ backFilled }) => formatNumber(backFilled, 0) },
        { title: 'Gaps', kind: 'figure', cell: ({ gap }) => formatNumber(gap, 0) },
        { title: 'Unaccounted', kind: 'figure', cell: (each) => formatNumber(each.unaccounted, 0) },
        {
          title: 'Complete',
          unit: '%',
          kind: 'figure',
          cell: (each) => percent(each.value + each.backFilled, ticksOf(each)),
        },
      ],
      [...entities].sort(
        (a, b) => a.entityKind.localeCompare(b.entityKind) || a.entity.localeCompare(b.entity, 'en', { numeric: true }),
      ),
      { rowClass: ({ unaccounted: lost }) => (lost > 0 ? 'failed' : ''), file: 'ledger.csv' },
    )}
    ${
      gapCount === 0
        ? null
        : html`<h3>Gaps</h3>
            ${dataTable<LedgerGap>(
              'Gaps of samples',
              [
                { title: 'Name', kind: 'text', cell: ({ entity }) => entity },
                { title: 'From', unit: 'h:mm:ss', kind: 'figure', cell: ({ fromMs }) => moment(fromMs, campaign) },
                { title: 'Until', unit: 'h:mm:ss', kind: 'figure', cell: ({ untilMs }) => moment(untilMs, campaign) },
                { title: 'Ticks', kind: 'figure', cell: ({ ticks: missed }) => formatNumber(missed, 0) },
                { title: 'Reason', kind: 'prose', cell: ({ reason }) => reason },
              ],
              gaps,
            )}
            ${gapCount > gaps.length ? html`<p class="note">The ${gaps.length} longest of ${formatNumber(gapCount, 0)} gaps; all are in ledger.csv.</p>` : null}`
    }`;
}

const ticksOf = ({ value, backFilled, gap, unaccounted }: LedgerSummary): number =>
  value + backFilled + gap + unaccounted;

/** Never 100 where anything is missing. */
function percent(part: number, whole: number): string {
  if (whole === 0) return '0';
  if (part === whole) return '100';
  return formatNumber(Math.floor((10_000 * part) / whole) / 100, 2);
}
