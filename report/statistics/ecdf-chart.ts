import type { EChartsOption } from 'echarts';
import type { Interval } from '../../measurement/bootstrap';
import { acrossAxis, uprightAxis } from '../chart/axes';
import { boxPath, round, type Mark } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { panelTitle } from '../chart/panel-title';
import { markSeries, pathSeries, type LineStyle } from '../chart/path-series';
import { responsiveChart, type Drawing, type Room } from '../chart/responsive-chart';
import { niceScale, type Scale } from '../chart/scale';
import type { Html } from '../html';

/** One set of values, drawn as steps: at each value the share of values that are not above it. */
export interface EcdfSeries {
  readonly values: readonly number[];
  readonly style: LineStyle;
  readonly mark: Mark;
  readonly median: number | null;
  readonly interval: Interval | null;
}

/** A panel: one figure. */
export interface EcdfPanel {
  /** With its unit. */
  readonly title: string;
  readonly series: readonly EcdfSeries[];
  /** Values known only as lower bounds, drawn along the upper edge. */
  readonly censored: readonly number[];
  readonly censoredMark: Mark;
}

const POINTS_DRAWN = 400;
const HEIGHT = 200;
const SHARE: Scale = { min: 0, max: 100, interval: 25 };

/** Empirical distribution functions, side by side where there is room; the median's interval is shaded. */
export function ecdfChart(label: string, panels: readonly EcdfPanel[]): Html {
  return responsiveChart(label, (room) => draw(panels, room));
}

function draw(panels: readonly EcdfPanel[], room: Room): Drawing {
  const columns = room.name === 'narrow' ? 1 : Math.min(2, panels.length);
  const width = (room.width - 24 * (columns - 1)) / columns;
  const rows = Math.ceil(panels.length / columns);
  const left = (index: number) => (index % columns) * (width + 24);
  const top = (index: number) => 28 + Math.floor(index / columns) * (HEIGHT + 84);
  const option: EChartsOption = {
    title: panels.map((_, index) => panelTitle('Share of migrations at or below (%)', top(index) - 26, left(index))),
    grid: panels.map((_, index) => ({
      left: left(index) + 40,
      width: width - 62,
      top: top(index),
      height: HEIGHT,
    })),
    xAxis: panels.map((panel, index) => acrossAxis(index, panel.title, valueScale(panel, width))),
    yAxis: panels.map((_, index) => uprightAxis(index, '', SHARE)),
    series: panels.flatMap((panel, index) => panelSeries(index, panel)),
  };
  return { height: top(rows * columns - 1) + HEIGHT + 44, option };
}

function valueScale({ series, censored }: EcdfPanel, width: number): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const value of [...series.flatMap(({ values }) => values), ...censored]) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { min: 0, max: 1, interval: 1 };
  const room = (high - low || high || 1) * 0.04;
  return niceScale(Math.min(low, Math.max(0, low - room)), high + room, Math.max(3, Math.floor(width / 75)));
}

function panelSeries(index: number, { series, censored, censoredMark }: EcdfPanel) {
  return [
    ...series.flatMap(({ values, style, mark, median, interval }) => {
      const sorted = [...values].sort((a, b) => a - b);
      const share = (rank: number) => (100 * rank) / sorted.length;
      return [
        pathSeries(
          index,
          { fill: style.stroke, opacity: 0.14 },
          (place, { top, height }) => {
            if (interval === null) return '';
            const from = place(interval.low, 0)[0];
            const span = Math.max(1, place(interval.high, 0)[0] - from);
            return boxPath(from, top, span, height);
          },
          1,
        ),
        pathSeries(
          index,
          { ...style, lineWidth: 1.25, lineDash: [2, 3] },
          (place, { top, height }) => (median === null ? '' : `M${round(place(median, 0)[0])},${top}v${height}`),
          2,
        ),
        pathSeries(index, { ...style, lineWidth: 1.5 }, (place, { left, width }) => {
          if (sorted.length === 0) return '';
          const steps = sorted.map((value, rank) => {
            const [x, y] = place(value, share(rank + 1)).map(round) as [number, number];
            return `H${x}V${y}`;
          });
          return `M${left},${round(place(0, 0)[1])}${steps.join('')}H${left + width}`;
        }),
        ...(sorted.length > POINTS_DRAWN
          ? []
          : [
              markSeries(
                index,
                mark,
                sorted.map((value, rank) => [value, share(rank + 1)]),
                sorted.length > 60 ? 2.2 : 3.5,
              ),
            ]),
      ];
    }),
    markSeries(
      index,
      censoredMark,
      censored.map((value) => [value, 100]),
      4,
    ),
  ];
}

/** The style of the first and of the second set of values; they differ by their dashes too. */
export const ECDF_STYLES = {
  first: { stroke: COLOR.series },
  second: { stroke: COLOR.second, lineDash: [6, 3] },
} as const satisfies Record<string, { stroke: string; lineDash?: number[] }>;
