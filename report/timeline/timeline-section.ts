import type { ActionRow } from '../../store/types';
import { actionTable } from '../action-table';
import { lineLegend, markLegend, MARKS, type Mark } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { formatDuration, formatNumber, formatTime } from '../format-figure';
import { html, type Html } from '../html';
import type { ReportInput } from '../report-input';
import { thin } from '../thin';
import { timelineChart } from './timeline-chart';
import { timelineItems, type Timeline } from './timeline-items';

const MOST_DRAWN = 1500;
const VISIBLE_MS = 100;

/** When every action was due, when it happened, how it ended; as a drawing and as a table. */
export function timelineSection({ actions, migrations, plan, campaign }: ReportInput): Html {
  const isOrdinary = ({ outcome }: ActionRow) => outcome === 'succeeded' || outcome === 'done';
  const drawn = thin(actions, MOST_DRAWN, (action) => !isOrdinary(action));
  const timeline = timelineItems(drawn, migrations);
  const first = Math.min(...actions.flatMap(({ due }) => due ?? []), campaign.createdAt);
  const zeroMs = campaign.timeZero ?? first;
  const zeroName = campaign.timeZero === undefined ? formatTime(first) : 'time zero';
  return html`${
    actions.length === 0
      ? null
      : html`<p>${latenessText(actions)}</p>
          ${timelineChart(timeline, zeroMs, zeroName)}
          <p class="legend">${legend(timeline)}</p>
          ${leftOut(actions.length, timeline)}`
  }
  ${actionTable(actions, plan, campaign)}`;
}

function latenessText(actions: readonly ActionRow[]): string {
  const late = actions.flatMap(({ lateness_ms: ms }) => ms ?? []).sort((a, b) => a - b);
  const moved = actions.filter(
    ({ due, effective_due: effective }) => due !== null && effective !== null && effective - due >= 1,
  );
  const most = late.at(-1);
  const postponed =
    moved.length === 0
      ? 'No action was postponed.'
      : `${moved.length} of ${actions.length} actions were postponed, by up to ${formatDuration(Math.max(...moved.map(({ due, effective_due: effective }) => (effective ?? 0) - (due ?? 0))))}.`;
  if (most === undefined) return postponed;
  return `Lateness: median ${formatDuration(late[Math.floor((late.length - 1) / 2)] ?? most)}, at most ${formatDuration(most)}. ${postponed}`;
}

function leftOut(all: number, { items, left, by }: Timeline): Html | null {
  if (items.length === all) return null;
  const lanes = left === 0 ? '' : ` Lanes with fewer actions are left out: too many ${by}s.`;
  return html`<p class="note">
    ${formatNumber(items.length, 0)} of ${formatNumber(all, 0)} actions are drawn, evenly chosen, those that did not
    succeed first.${lanes} All are in actions.csv.
  </p>`;
}

function legend({ items }: Timeline): Html[] {
  const has = (mark: Mark) => items.some((item) => item.mark === mark);
  const marks: [Mark, string][] = [
    [MARKS.observed, 'succeeded'],
    [MARKS.recovered, 'succeeded, times from records'],
    [MARKS.failed, 'failed or cancelled'],
    [MARKS.censored, 'not converged'],
    [MARKS.never, 'missed, skipped or nothing to do'],
    [MARKS.other, 'another action'],
  ];
  const postponed = items.some(
    ({ due, effectiveDue }) => due !== null && effectiveDue !== null && effectiveDue - due >= 1,
  );
  const late = items.some(({ latenessMs }) => (latenessMs ?? 0) >= VISIBLE_MS);
  return [
    lineLegend('M9,1V13', 'due by the plan', { width: 1 }),
    ...(postponed
      ? [lineLegend('M0,7H18', 'postponed to its effective due', { stroke: COLOR.quiet, dash: '2 2' })]
      : []),
    ...(late
      ? [lineLegend('M1,3h16v8h-16Z', 'late: effective due to request', { fill: COLOR.late, stroke: 'none' })]
      : []),
    lineLegend('M1,3h16v8h-16Z', 'migration: request to finish', { fill: COLOR.series, stroke: 'none' }),
    ...marks.flatMap(([mark, text]) => (has(mark) ? [markLegend(mark, text)] : [])),
  ];
}
