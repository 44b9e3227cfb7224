import { dataTable } from '../data-table';
import { formatNumber, formatTime } from '../format-figure';
import { lineLegend, markLegend, MARKS } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { html, type Html } from '../html';
import type { ReportInput } from '../report-input';
import { thin } from '../thin';
import { clockChart } from './clock-chart';
import { MACHINE_KIND, machineClocks, type MachineClock } from './machine-clocks';

const MOST_DRAWN = 12;
const MOST_POINTS = 240;

/** How far the clocks of hosts, guests and vantages were from the worker's, and how well that is known. */
export function clockSection({ clocks, campaign }: ReportInput): Html {
  const machines = machineClocks(clocks);
  const first = Math.min(...clocks.map(({ at }) => at));
  if (machines.length === 0) return html`<p class="note">Not available: no clock was read.</p>`;
  const drawn = worst(machines).map((clock) => ({
    ...clock,
    readings: thin(clock.readings, MOST_POINTS, () => false),
  }));
  const zeroName = campaign.timeZero === undefined ? formatTime(first) : 'time zero';
  const ms = (value: number) => formatNumber(value, 1);
  return html`<p>
      Offset: the machine’s clock minus the worker’s. The true offset lies within the uncertainty, half the round trip
      of the reading.
    </p>
    ${clockChart(drawn, campaign.timeZero ?? first, zeroName)}
    <p class="legend">
      ${markLegend(MARKS.observed, 'one reading')}${lineLegend('M6,2h6M9,2V12M6,12h6', 'its uncertainty', { stroke: COLOR.quiet })}
    </p>
    ${drawn.length < machines.length ? html`<p class="note">The ${drawn.length} least certain of ${machines.length} clocks are drawn.</p>` : null}
    ${dataTable<MachineClock>(
      'Clocks',
      [
        { title: 'Of', kind: 'text', cell: ({ kind }) => MACHINE_KIND[kind] },
        { title: 'Machine', kind: 'text', cell: ({ machine }) => machine },
        { title: 'Readings', kind: 'figure', cell: ({ readings }) => formatNumber(readings.length, 0) },
        { title: 'Best known offset', unit: 'ms', kind: 'figure', cell: ({ best }) => ms(best.offset_ms) },
        { title: '\u00b1', unit: 'ms', kind: 'figure', cell: ({ best }) => ms(best.uncertainty_ms) },
        { title: 'Least offset', unit: 'ms', kind: 'figure', cell: ({ minOffsetMs }) => ms(minOffsetMs) },
        { title: 'Greatest offset', unit: 'ms', kind: 'figure', cell: ({ maxOffsetMs }) => ms(maxOffsetMs) },
        {
          title: 'Largest uncertainty',
          unit: 'ms',
          kind: 'figure',
          cell: ({ maxUncertaintyMs }) => ms(maxUncertaintyMs),
        },
      ],
      machines,
      { file: 'clocks.csv' },
    )}`;
}

/** Few enough to draw, in their order. */
function worst(machines: readonly MachineClock[]): readonly MachineClock[] {
  const chosen = new Set([...machines].sort((a, b) => b.maxUncertaintyMs - a.maxUncertaintyMs).slice(0, MOST_DRAWN));
  return machines.filter((machine) => chosen.has(machine));
}
