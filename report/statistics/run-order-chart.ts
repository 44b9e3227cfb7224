import type { EChartsOption } from 'echarts';
import type { MigrationRow } from '../../store/types';
import { acrossAxis, uprightAxis } from '../chart/axes';
import { lineLegend, markLegend, MARKS, rangePath, round, type Mark } from '../chart/marks';
import { COLOR, TEXT } from '../chart/palette';
import { panelTitle } from '../chart/panel-title';
import { markSeries, pathSeries } from '../chart/path-series';
import { responsiveChart, type Drawing, type Room } from '../chart/responsive-chart';
import { niceScale, scaleFromZero, type Scale } from '../chart/scale';
import { formatNumber } from '../format-figure';
import { html, type Html } from '../html';
import { isCensored, isFailed, route } from '../migration-groups';
import { thin } from '../thin';
import { blackoutMark, spentMs, timeMark } from './migration-marks';

/** A migration and its number in the run. */
interface Numbered {
  readonly row: MigrationRow;
  readonly number: number;
}

const MOST_DRAWN = 1500;
const HEIGHT = 170;
const TOPS = [26, 250] as const;

/** Migration time and blackout of each migration in run order, with bounds and noise floors. */
export function runOrderChart(rows: readonly MigrationRow[]): Html {
  const all = rows.map((row, index) => ({ row, number: index + 1 }));
  const drawn = thin(all, MOST_DRAWN, ({ row }) => row.outcome !== 'succeeded');
  const label =
    'Migration time and blackout of each migration in run order; the figures are in the table of migrations';
  return html`${responsiveChart(label, (room) => draw(drawn, rows.length, room))}
    <p class="legend">${legend(rows)}</p>
    ${drawn.length === all.length ? null : html`<p class="note">${formatNumber(drawn.length, 0)} of the ${formatNumber(all.length, 0)} migrations are drawn, evenly chosen; those that did not succeed first.</p>`}`;
}

function draw(drawn: readonly Numbered[], total: number, room: Room): Drawing {
  const sides = { left: 58, right: 14 };
  const named = total * 84 <= room.width - sides.left && room.name !== 'narrow';
  const radius = drawn.length <= 60 ? 4.5 : drawn.length <= 300 ? 3 : 2;
  const names = new Map(drawn.map(({ row, number }) => [number, `\n${row.vm}\n${shorten(route(row), 13)}`]));
  const x: Scale = { ...numberScale(total, room, named), min: 0, max: total + 1 };
  const across = acrossAxis(1, 'Migrations in run order (number)', x);
  const numbers = {
    axisLabel: {
      ...TEXT,
      formatter: (tick: number) =>
        tick < 1 || tick > total || !Number.isInteger(tick) ? '' : `${tick}${named ? (names.get(tick) ?? '') : ''}`,
      lineHeight: 16,
    },
    splitLine: { show: false },
  };
  const times = drawn.flatMap(({ row }) => spentMs(row) ?? []).map((ms) => ms / 1000);
  const blackouts = drawn.flatMap(({ row }) => [
    ...[row.blackout_high_ms ?? row.blackout_ms ?? []].flat(),
    ...[row.noise_floor_ms ?? []].flat(),
  ]);
  const option: EChartsOption = {
    title: [panelTitle('Migration time (s)', TOPS[0] - 24), panelTitle('Blackout (ms)', TOPS[1] - 24)],
    grid: TOPS.map((top) => ({ ...sides, top, height: HEIGHT })),
    xAxis: [
      { ...across, ...numbers, gridIndex: 0, name: '', axisLabel: { show: false } },
      { ...across, ...numbers, nameGap: named ? 62 : 30 },
    ],
    yAxis: [uprightAxis(0, '', scaleFromZero(times)), uprightAxis(1, '', scaleFromZero(blackouts))],
    series: [
      ...points(0, drawn, timeMark, (row) => seconds(spentMs(row) ?? (isFailed(row) ? 0 : null)), radius),
      floors(drawn, total),
      bounds(drawn, radius),
      ...points(1, drawn, blackoutMark, ({ blackout_ms }) => blackout_ms, radius),
    ],
  };
  return { height: TOPS[1] + HEIGHT + (named ? 84 : 48), option };
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

function points(
  grid: number,
  drawn: readonly Numbered[],
  markOf: (row: MigrationRow) => Mark,
  valueOf: (row: MigrationRow) => number | null,
  radius: number,
) {
  return Object.values(MARKS).map((mark) =>
    markSeries(
      grid,
      mark,
      drawn.flatMap(({ row, number }): [number, number][] => {
        const value = valueOf(row);
        return value === null || markOf(row) !== mark ? [] : [[number, value]];
      }),
      radius,
    ),
  );
}

function bounds(drawn: readonly Numbered[], radius: number) {
  const cap = Math.min(4, radius);
  return pathSeries(
    1,
    { stroke: COLOR.ink, lineWidth: 1 },
    (place) =>
      drawn
        .flatMap(({ row: { blackout_ms: value, blackout_low_ms: low, blackout_high_ms: high }, number }) => {
          if (value === null || low === null || high === null) return [];
          const [x, top] = place(number, high);
          return [rangePath(x, top, place(number, low)[1], cap)];
        })
        .join(''),
    6,
  );
}

function floors(drawn: readonly Numbered[], total: number) {
  return pathSeries(
    1,
    { stroke: COLOR.quiet, lineWidth: 1.25, lineDash: [5, 3] },
    (place, { width }) => {
      const half = Math.min(30, (width / (total + 1)) * 0.45);
      return drawn
        .flatMap(({ row: { noise_floor_ms: floor }, number }) => {
          if (floor === null) return [];
          const [x, y] = place(number, floor).map(round) as [number, number];
          return [`M${round(x - half)},${y}h${round(2 * half)}`];
        })
        .join('');
    },
    2,
  );
}

function numberScale(total: number, { width }: Room, named: boolean): Scale {
  if (named || total <= width / 40) return { min: 0, max: total + 1, interval: 1 };
  return { ...niceScale(0, total + 1, width / 80), min: 0, max: total + 1 };
}

function legend(rows: readonly MigrationRow[]): Html[] {
  const entries: [boolean, Mark, string][] = [
    [true, MARKS.observed, 'observed'],
    [rows.some(({ provenance }) => provenance === 'recovered'), MARKS.recovered, 'recovered from records'],
    [rows.some((row) => row.blackout_located_by === 'ambiguous'), MARKS.ambiguous, 'blackout ambiguous'],
    [rows.some(isCensored), MARKS.censored, 'not converged: the true time is longer'],
    [rows.some(isFailed), MARKS.failed, 'failed, at the time it took to fail (at 0: never requested)'],
  ];
  return [
    ...entries.flatMap(([present, mark, text]) => (present ? [markLegend(mark, text)] : [])),
    ...(rows.some((row) => row.blackout_low_ms !== null && row.blackout_ms !== null)
      ? [lineLegend('M9,2V12M5,2H13M5,12H13', 'lower and upper bound')]
      : []),
    ...(rows.some((row) => row.noise_floor_ms !== null)
      ? [lineLegend('M0,7H18', 'noise floor of the VM', { stroke: COLOR.quiet, dash: '5 3' })]
      : []),
  ];
}

function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}\u2026`;
}
