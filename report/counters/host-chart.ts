import type { EChartsOption } from 'echarts';
import type { CounterGrid, CounterPoint, CounterSeries } from '../../store/counter-types';
import { timeAxis, uprightAxis } from '../chart/axes';
import { boxPath, markPath, round } from '../chart/marks';
import { COLOR, TEXT } from '../chart/palette';
import { panelTitle } from '../chart/panel-title';
import { pathSeries, type LineStyle } from '../chart/path-series';
import { responsiveChart, type Drawing, type Room } from '../chart/responsive-chart';
import { niceScale, scaleFromZero } from '../chart/scale';
import { timeScale } from '../chart/time-scale';
import type { Html } from '../html';
import { bandPath, bucketTime, meanPath } from './counter-path';
import { unitScale } from './unit-scale';
import type { VmStep } from './vms-on-hosts';

/** A migration from or to the host, UTC ms. */
export interface HostMove {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly direction: 'in' | 'out';
}

/** Everything about one host or VM that is drawn together. */
export interface HostChartInput {
  readonly name: string;
  readonly grid: CounterGrid;
  readonly panels: readonly { readonly panel: string; readonly series: readonly CounterSeries[] }[];
  readonly moves: readonly HostMove[];
  /** Empty: not drawn. */
  readonly steps: readonly VmStep[];
  /** Time zero of the axis, UTC ms. */
  readonly zeroMs: number;
  /** What the axis calls that moment. */
  readonly zeroName: string;
}

const TITLES: Readonly<Record<string, string>> = { cpu: 'CPU', memory: 'Memory', network: 'Network' };
const PANEL = { height: 112, gap: 34, top: 30 };
const DOTTED = 60;
/** More of them would be a black bar; the shades still show the migrations. */
const MOST_ARROWS = 80;
const MOST_STEPS = 200;
const FIRST: LineStyle = { stroke: COLOR.series };
const SECOND: LineStyle = { stroke: COLOR.second, lineDash: [6, 3] };

/** Counters of one host over time, its migrations shaded, and the number of VMs on it as a step line (the paper's Figures 2 to 6). */
export function hostChart(input: HostChartInput): Html {
  const label = `Counters of ${input.name} over time, with migrations shaded and the number of VMs on it`;
  return responsiveChart(label, (room) => draw(input, room));
}

function draw(input: HostChartInput, room: Room): Drawing {
  const { grid, panels, moves, steps, zeroMs } = input;
  const sides = { left: 58, right: steps.length > 0 ? 40 : 28 };
  const top = (index: number) => PANEL.top + index * (PANEL.height + PANEL.gap);
  const endMs = grid.fromMs + grid.buckets * grid.bucketMs;
  const time = timeScale(grid.fromMs - zeroMs, endMs - zeroMs, room.width - sides.left - sides.right);
  const drawn = panels.map((panel) => drawnPanel(panel, room));
  const most = Math.max(1, ...steps.map(({ vms }) => vms));
  const vmScale = niceScale(0, most, Math.min(4, most));
  const last = panels.length - 1;
  const x = (bucket: number) => bucketTime(grid, bucket) - zeroMs;
  const option: EChartsOption = {
    title: drawn.flatMap(({ title }, index) => [
      panelTitle(title, top(index) - 24),
      ...(steps.length > 0
        ? [
            {
              text: room.name === 'narrow' ? 'VMs (count)' : 'VMs on the host (count)',
              left: room.width - 4,
              textAlign: 'right' as const,
              top: top(index) - 24,
              padding: 0,
              textStyle: { ...TEXT, color: COLOR.quiet, fontWeight: 'normal' as const },
            },
          ]
        : []),
    ]),
    grid: drawn.map((_, index) => ({ ...sides, top: top(index), height: PANEL.height })),
    xAxis: drawn.map((_, index) => timeAxis(index, time, input.zeroName, index === last)),
    yAxis: [
      ...drawn.map(({ scale }, index) => ({ ...uprightAxis(index, '', scale) })),
      ...drawn.map((_, index) => ({
        ...uprightAxis(index, '', vmScale),
        position: 'right' as const,
        show: steps.length > 0,
        splitLine: { show: false },
        axisLabel: { ...TEXT, color: COLOR.quiet },
      })),
    ],
    series: drawn.flatMap(({ lines }, index) => [
      ...(['in', 'out'] as const).map((direction) => shade(index, moves, direction, zeroMs)),
      stepLine(index, drawn.length + index, steps, zeroMs, Math.min(endMs - zeroMs, time.max)),
      ...lines.flatMap(({ points, style }) => [
        ...(grid.bucketMs > grid.everyMs
          ? [pathSeries(index, { fill: style.stroke, opacity: 0.22 }, (place) => bandPath(points, x, place), 3)]
          : []),
        pathSeries(index, { ...style, lineWidth: 1.5 }, (place) => meanPath(points, x, place), 4),
        ...(points.length > DOTTED ? [] : [dots(index, points, x, style)]),
      ]),
      ...(index === 0 ? (['in', 'out'] as const).map((direction) => arrows(moves, direction, zeroMs)) : []),
    ]),
  };
  return { height: top(last) + PANEL.height + 44, option };
}

function drawnPanel({ panel, series }: HostChartInput['panels'][number], { name }: Room) {
  const largest = Math.max(0, ...series.flatMap(({ points }) => points.map(({ max }) => max)));
  const [first] = series;
  const { factor, unit } = unitScale(first?.counter ?? '', first?.unit ?? '', first?.drawn ?? 'value', largest);
  const lines = series.map(({ points }, index) => ({
    style: index === 0 ? FIRST : SECOND,
    points: points.map((point) => ({
      ...point,
      min: point.min * factor,
      mean: point.mean * factor,
      max: point.max * factor,
    })),
  }));
  const of = first !== undefined && first.instance !== '' ? `, ${first.instance}` : '';
  const kind = first?.averaged === true && name !== 'narrow' ? ', mean over its instances' : '';
  return {
    title: `${TITLES[panel] ?? panel}${of}${kind} (${unit})`,
    scale: scaleFromZero(
      lines.flatMap(({ points }) => points.flatMap(({ min, max }) => [min, max])),
      4,
    ),
    lines,
  };
}

/** Few values are marked one by one. */
function dots(grid: number, points: readonly CounterPoint[], x: (bucket: number) => number, { stroke }: LineStyle) {
  return pathSeries(
    grid,
    { fill: stroke },
    (place) => points.map(({ bucket, mean }) => markPath('circle', place(x(bucket), mean), 2)).join(''),
    4,
  );
}

function shade(grid: number, moves: readonly HostMove[], direction: HostMove['direction'], zeroMs: number) {
  const own = moves.filter((move) => move.direction === direction);
  const fill = direction === 'in' ? COLOR.shade : COLOR.shadeOut;
  return pathSeries(
    grid,
    { fill },
    (place, { top, height }) =>
      own
        .map(({ fromMs, untilMs }) => {
          const [left] = place(fromMs - zeroMs, 0);
          const width = Math.max(1, place(untilMs - zeroMs, 0)[0] - left);
          return boxPath(left, top, width, height);
        })
        .join(''),
    1,
  );
}

/** Over the first panel, where a VM arrives (pointing down) or leaves (pointing up). */
function arrows(moves: readonly HostMove[], direction: HostMove['direction'], zeroMs: number) {
  const own = moves.length > MOST_ARROWS ? [] : moves.filter((move) => move.direction === direction);
  return pathSeries(
    0,
    { fill: direction === 'in' ? COLOR.ink : COLOR.paper, stroke: COLOR.ink, lineWidth: 1 },
    (place, { top }) =>
      own
        .map(({ fromMs, untilMs }) => {
          const [x] = place((fromMs + untilMs) / 2 - zeroMs, 0);
          return direction === 'out'
            ? markPath('triangle', [x, top - 5], 3)
            : `M${round(x - 3.6)},${top - 8}h7.2l-3.6,6.9Z`;
        })
        .join(''),
    6,
  );
}

function stepLine(x: number, y: number, steps: readonly VmStep[], zeroMs: number, end: number) {
  return pathSeries(
    { x, y },
    { stroke: COLOR.quiet, lineWidth: steps.length > MOST_STEPS ? 0.6 : 1.75 },
    (place, { left }) =>
      steps
        .map(({ atMs, vms }, index) => {
          const [at, level] = place(atMs - zeroMs, vms).map(round) as [number, number];
          const [until] = place(Math.min(end, (steps[index + 1]?.atMs ?? Infinity) - zeroMs), 0);
          const begin = Math.max(at, left);
          return `${index === 0 ? 'M' : 'L'}${begin},${level}H${round(Math.max(begin, until))}`;
        })
        .join(''),
    3,
  );
}
