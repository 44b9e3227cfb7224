import type { ActionRow, CampaignRecord, StoredPlan } from '../store/types';
import { dataTable } from './data-table';
import { formatNumber } from './format-figure';
import { html, type Html } from './html';
import { moment } from './migration-table';

/** Every action of the plan with when it was due, when it happened and how late that was. */
export function actionTable(rows: readonly ActionRow[], plan: StoredPlan, campaign: CampaignRecord): Html {
  const recorded = new Set(rows.map(({ action }) => action));
  const outstanding = plan.actions.filter(({ id }) => !recorded.has(id)).length;
  const time = (row: ActionRow) => row.happened ?? row.effective_due ?? row.due ?? Infinity;
  const inOrder = [...rows].sort((a, b) => (time(a) === time(b) ? 0 : time(a) - time(b)));
  const never = 'no action has one';
  return html`${
    rows.length === 0
      ? html`<p class="note">No action was recorded.</p>`
      : dataTable<ActionRow>(
          'Timeline of actions',
          [
            { title: 'Action', kind: 'text', cell: ({ action }) => action },
            { title: 'Kind', kind: 'text', cell: ({ kind }) => kind },
            { title: 'What', kind: 'text', cell: what, whenAbsent: never },
            {
              title: 'Due',
              unit: 'h:mm:ss',
              kind: 'figure',
              cell: ({ due }) => moment(due, campaign),
              whenAbsent: never,
            },
            {
              title: 'Effective due',
              unit: 'h:mm:ss',
              kind: 'figure',
              cell: ({ effective_due: due }) => moment(due, campaign),
              whenAbsent: never,
            },
            {
              title: 'Happened',
              unit: 'h:mm:ss',
              kind: 'figure',
              cell: ({ happened }) => moment(happened, campaign),
              whenAbsent: 'none happened',
            },
            {
              title: 'Lateness',
              unit: 'ms',
              kind: 'figure',
              cell: ({ lateness_ms: late }) => (late === null ? null : formatNumber(late, 1)),
              whenAbsent: 'none happened',
            },
            { title: 'Outcome', kind: 'text', cell: ({ outcome }) => outcome },
          ],
          inOrder,
          {
            rowClass: ({ outcome }) =>
              ['failed', 'missed', 'not-converged', 'cancelled'].includes(outcome) ? 'failed' : '',
            file: 'actions.csv',
          },
        )
  }${outstanding === 0 ? null : html`<p class="note">${outstanding} of the plan’s ${plan.actions.length} actions left no record: the campaign ended before them.</p>`}`;
}

function what({ vm, to }: ActionRow): string | null {
  if (vm === null) return null;
  return to === null ? vm : `${vm} \u2192 ${to}`;
}
