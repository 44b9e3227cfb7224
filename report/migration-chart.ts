import { init, type CustomSeriesOption, type EChartsOption } from 'echarts';
import type { MigrationRow } from '../store/types';
import { formatNumber } from './format-figure';
import { html, Html } from './html';
import { isCensored, isFailed, route } from './migration-groups';

const PER_CHART = 60;
const INK = 'var(--ink)';
const QUIET = 'var(--quiet)';
const GRID = 'var(--rule)';
const SERIES = 'var(--series)';
const ALERT = 'var(--alert)';
const FONT = 'system-ui, sans-serif';

type Shape = 'circle' | 'triangle' | 'diamond' | 'cross';

/** How one value is drawn. */
interface Mark {
  readonly shape: Shape;
  readonly filled: boolean;
  readonly color: string;
}

/** A value of one migration in one panel, with bounds and noise floor where there are any. */
interface Point {
  readonly index: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly floor: number | null;
  readonly mark: Mark;
}

const MARKS = {
  observed: { shape: 'circle', filled: true, color: SERIES },
  recovered: { shape: 'circle', filled: false, color: SERIES },
  ambiguous: { shape: 'diamond', filled: false, color: SERIES },
  censored: { shape: 'triangle', filled: false, color: ALERT },
  failed: { shape: 'cross', filled: false, color: ALERT },
} as const satisfies Record<string, Mark>;

/** Migration time and blackout of each migration in run order, as figures of at most 60 migrations with one scale. */
export function migrationCharts(rows: readonly MigrationRow[]): Html {
  const times = rows.flatMap(
    ({ migration_ms, requested, finished }) => migration_ms ?? spent(requested, finished) ?? [],
  );
  const blackouts = rows.flatMap((row) =>
    [row.blackout_high_ms ?? row.blackout_ms ?? [], row.noise_floor_ms ?? []].flat(),
  );
  const scale = { seconds: niceMaximum(Math.max(0, ...times) / 1000), ms: niceMaximum(Math.max(0, ...blackouts)) };
  const pieces = Array.from({ length: Math.ceil(rows.length / PER_CHART) }, (_, piece) => piece * PER_CHART);
  return html`${pieces.map((first) => chartFigure(rows.slice(first, first + PER_CHART), first, rows.length, scale))}
    <p class="legend">${legend(rows)}</p>`;
}

function chartFigure(
  rows: readonly MigrationRow[],
  first: number,
  total: number,
  scale: { seconds: number; ms: number },
): Html {
  const range = total > PER_CHART ? ` (${first + 1} to ${first + rows.length} of ${total})` : '';
  const label = `Migration time and blackout of each migration in run order${range}; the figures are in the table of migrations`;
  const width = Math.max(960, 110 + rows.length * 18);
  return html`<div class="scroll chart" role="img" aria-label="${label}" tabindex="0">
    ${new Html(drawSvg(rows, first, width, scale))}
  </div>`;
}

function drawSvg(
  rows: readonly MigrationRow[],
  first: number,
  width: number,
  scale: { seconds: number; ms: number },
): string {
  const upright = rows.length <= 12;
  const names = rows.map((row, index) =>
    upright
      ? `${first + index + 1}\n${shorten(row.vm, 12)}\n${shorten(route(row), 16)}`
      : `${shorten(`${row.vm}  ${route(row)}`, 26)}  ${first + index + 1}`,
  );
  const labels = upright ? 62 : 14 + Math.max(...names.map((name) => name.length)) * 7.2;
  const height = 402 + labels + 30;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(options(rows, names, { upright, height: labels }, scale));
    return scalable(chart.renderToSVGString(), width, height);
  } finally {
    chart.dispose();
  }
}

function options(
  rows: readonly MigrationRow[],
  names: string[],
  labels: { upright: boolean; height: number },
  scale: { seconds: number; ms: number },
): EChartsOption {
  const place = { left: 76, right: 18, height: 180 };
  const text = { color: INK, fontFamily: FONT, fontSize: 13 };
  const axis = (gridIndex: number, shown: boolean) => ({
    gridIndex,
    type: 'category' as const,
    data: names,
    axisTick: { alignWithLabel: true, lineStyle: { color: QUIET } },
    axisLine: { lineStyle: { color: QUIET } },
    axisLabel: shown
      ? { ...text, interval: 0, rotate: labels.upright ? 0 : 90, lineHeight: 17, margin: 9 }
      : { show: false },
    ...(shown && {
      name: rows.length === 1 ? 'Migration' : 'Migrations in run order',
      nameLocation: 'middle' as const,
      nameGap: labels.height + 12,
      nameTextStyle: text,
    }),
  });
  const value = (gridIndex: number, name: string, max: number) => ({
    gridIndex,
    type: 'value' as const,
    name,
    nameLocation: 'middle' as const,
    nameGap: 56,
    nameTextStyle: text,
    min: 0,
    max,
    interval: max / 5,
    axisLabel: { ...text, formatter: (tick: number) => formatNumber(tick, decimalsOf(max / 5)) },
    splitLine: { lineStyle: { color: GRID } },
  });
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: [
      { ...place, top: 14 },
      { ...place, top: 222 },
    ],
    xAxis: [axis(0, false), axis(1, true)],
    yAxis: [value(0, 'Migration time (s)', scale.seconds), value(1, 'Blackout (ms)', scale.ms)],
    series: [panel(0, timePoints(rows)), panel(1, blackoutPoints(rows))],
  };
}

function timePoints(rows: readonly MigrationRow[]): Point[] {
  return rows.flatMap((row, index) => {
    const ms = row.migration_ms ?? spent(row.requested, row.finished) ?? (isFailed(row) ? 0 : null);
    return ms === null ? [] : [{ index, value: ms / 1000, low: null, high: null, floor: null, mark: timeMark(row) }];
  });
}

function timeMark(row: MigrationRow): Mark {
  if (isFailed(row)) return MARKS.failed;
  if (isCensored(row)) return MARKS.censored;
  return row.provenance === 'recovered' ? MARKS.recovered : MARKS.observed;
}

function blackoutPoints(rows: readonly MigrationRow[]): Point[] {
  return rows.flatMap((row, index) => {
    if (row.blackout_ms === null) return [];
    const mark = row.blackout_located_by === 'ambiguous' ? MARKS.ambiguous : MARKS.observed;
    return [
      {
        index,
        value: row.blackout_ms,
        low: row.blackout_low_ms,
        high: row.blackout_high_ms,
        floor: row.noise_floor_ms,
        mark,
      },
    ];
  });
}

/** One panel: each point with its error bar and the VM's noise floor as a dashed line across its place. */
function panel(gridIndex: number, points: readonly Point[]): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: gridIndex,
    yAxisIndex: gridIndex,
    silent: true,
    data: points.map(({ index, value }) => [index, value]),
    renderItem: ({ dataIndex }, api) => {
      const point = points[dataIndex];
      if (point === undefined) return null;
      const at = (y: number): [number, number] => api.coord([point.index, y]) as [number, number];
      const [x, y] = at(point.value);
      const place = (api.size?.([1, 0]) as number[])[0] ?? 20;
      const children: Drawn[] = [];
      if (point.floor !== null) {
        const floorY = at(point.floor)[1];
        const half = Math.min(place * 0.45, 40);
        children.push(line([x - half, floorY], [x + half, floorY], QUIET, [5, 3]));
      }
      if (point.low !== null && point.high !== null) {
        const [top, bottom] = [at(point.high)[1], at(point.low)[1]];
        const cap = Math.min(6, place * 0.3);
        children.push(
          line([x, top], [x, bottom], INK),
          line([x - cap, top], [x + cap, top], INK),
          line([x - cap, bottom], [x + cap, bottom], INK),
        );
      }
      children.push({ type: 'path', shape: { d: shapePath(point.mark.shape, x, y) }, style: markStyle(point.mark) });
      return { type: 'group', children };
    },
  };
}

type Drawn =
  | { type: 'line'; shape: { x1: number; y1: number; x2: number; y2: number }; style: Record<string, unknown> }
  | { type: 'path'; shape: { d: string }; style: Record<string, unknown> };

function line([x1, y1]: [number, number], [x2, y2]: [number, number], stroke: string, lineDash: number[] = []): Drawn {
  return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth: 1.25, lineDash, fill: 'none' } };
}

function markStyle({ filled, color }: Mark): Record<string, unknown> {
  return { fill: filled ? color : 'var(--paper)', stroke: color, lineWidth: 1.75 };
}

/** A symbol's outline around a point, as SVG path data. */
function shapePath(shape: Shape, x: number, y: number): string {
  const r = 4.5;
  switch (shape) {
    case 'circle':
      return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case 'triangle':
      return `M${x},${y - r * 1.3}L${x + r * 1.2},${y + r}L${x - r * 1.2},${y + r}Z`;
    case 'diamond':
      return `M${x},${y - r * 1.35}L${x + r * 1.35},${y}L${x},${y + r * 1.35}L${x - r * 1.35},${y}Z`;
    case 'cross':
      return `M${x - r},${y - r}L${x + r},${y + r}M${x - r},${y + r}L${x + r},${y - r}`;
  }
}

function legend(rows: readonly MigrationRow[]): Html[] {
  const entries: [boolean, Mark, string][] = [
    [true, MARKS.observed, 'observed'],
    [rows.some((row) => timeMark(row) === MARKS.recovered), MARKS.recovered, 'time recovered from records'],
    [rows.some((row) => row.blackout_located_by === 'ambiguous'), MARKS.ambiguous, 'blackout ambiguous'],
    [rows.some(isCensored), MARKS.censored, 'not converged: the true time is longer'],
    [rows.some(isFailed), MARKS.failed, 'failed, at the time it took to fail'],
  ];
  const symbols = entries.flatMap(([present, mark, text]) => (present ? [legendEntry(mark, text)] : []));
  return [
    ...symbols,
    ...(rows.some((row) => row.blackout_low_ms !== null)
      ? [lineEntry('M8,2V12M4,2H12M4,12H12', INK, '', 'lower and upper bound')]
      : []),
    ...(rows.some((row) => row.noise_floor_ms !== null)
      ? [lineEntry('M0,7H16', QUIET, '5 3', 'noise floor of the VM')]
      : []),
  ];
}

function legendEntry({ shape, filled, color }: Mark, text: string): Html {
  const fill = filled ? color : 'none';
  return html`<span
    ><svg width="16" height="14" aria-hidden="true">
      <path d="${shapePath(shape, 8, 7)}" fill="${fill}" stroke="${color}" stroke-width="1.75" />
    </svg>
    ${text}</span
  > `;
}

function lineEntry(path: string, color: string, dash: string, text: string): Html {
  return html`<span
    ><svg width="16" height="14" aria-hidden="true">
      <path d="${path}" fill="none" stroke="${color}" stroke-width="1.25" stroke-dasharray="${dash}" />
    </svg>
    ${text}</span
  > `;
}

/** The drawing follows the width of its box down to a width where its text is still readable. */
function scalable(svg: string, width: number, height: number): string {
  const size = `viewBox="0 0 ${width} ${height}" style="min-width:${Math.round(width * 0.86)}px"`;
  return (
    svg
      .replace(/^<svg [^>]*>/, `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`)
      // Classes and their styles are for hovering and count the charts of the process, so no two pages would be alike.
      .replace(/<style[^>]*>.*?<\/style>/s, '')
      .replace(/ class="zr[^"]*"/g, '')
  );
}

function spent(requested: number | null, finished: number | null): number | null {
  return requested === null || finished === null ? null : finished - requested;
}

/** The next of 1, 2, 2.5, 5, 10 times a power of ten at or above; 1 for nothing. */
function niceMaximum(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10].find((each) => each * power >= largest * 1.04) ?? 12.5;
  return factor * power;
}

function decimalsOf(step: number): number {
  return (
    [0, 1, 2, 3].find((decimals) => Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6) ?? 4
  );
}

function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}\u2026`;
}
