import type { EChartsOption } from 'echarts';
import { timeAxis, uprightAxis } from '../chart/axes';
import { boxPath, MARKS, round } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { panelTitle } from '../chart/panel-title';
import { markSeries, pathSeries, type Place } from '../chart/path-series';
import { responsiveChart, type Drawing, type Room } from '../chart/responsive-chart';
import { timeScale } from '../chart/time-scale';
import type { Html } from '../html';
import { latenessPanel } from './lateness-panel';
import type { Timeline, TimelineItem } from './timeline-items';

const TOP = 24;
const GAP = 34;
const LATENESS_HEIGHT = 110;

/** All actions in lanes over time, and below how late each was. */
export function timelineChart(timeline: Timeline, zeroMs: number, zeroName: string): Html {
  const label = `Actions of the plan over time, one lane for each ${timeline.by}, and the lateness of each; the figures are in the table`;
  return responsiveChart(label, (room) => draw(timeline, zeroMs, zeroName, room));
}

function draw({ lanes, items, by }: Timeline, zeroMs: number, zeroName: string, room: Room): Drawing {
  const longest = Math.max(...lanes.map((lane) => lane.length));
  const letters = Math.min(longest, room.name === 'narrow' ? 9 : 16);
  const sides = { left: Math.max(58, letters * 7 + 14), right: 28 };
  const lane = lanes.length <= 12 ? 22 : 15;
  const height = Math.max(lanes.length * lane, 30);
  const time = rangeOf(items, zeroMs, room.width - sides.left - sides.right);
  const lower = TOP + height + GAP + 18;
  const lateness = latenessPanel(1, items, zeroMs);
  const row = (item: TimelineItem) => lanes.indexOf(item.lane);
  const half = Math.min(6, lane * 0.3);
  const path = (of: (item: TimelineItem, place: Place) => string) => (place: Place) =>
    items.map((item) => of(item, place)).join('');
  const option: EChartsOption = {
    title: [
      panelTitle(by === 'VM' ? 'Actions of each VM' : 'Actions by target host', 2),
      ...(lateness === null ? [] : [panelTitle('Lateness (ms)', lower - 24)]),
    ],
    grid: [
      { ...sides, top: TOP, height },
      { ...sides, top: lower, height: LATENESS_HEIGHT },
    ].slice(0, lateness === null ? 1 : 2),
    xAxis: [
      {
        ...timeAxis(0, time, zeroName, lateness === null),
        splitLine: { show: true, lineStyle: { color: COLOR.grid } },
      },
      ...(lateness === null
        ? []
        : [{ ...timeAxis(1, time, zeroName), splitLine: { show: true, lineStyle: { color: COLOR.grid } } }]),
    ],
    yAxis: [
      {
        ...uprightAxis(0, '', { min: -0.5, max: lanes.length - 0.5, interval: 1 }),
        inverse: true,
        interval: 1,
        axisLabel: { show: false },
        splitLine: { show: false },
      },
      ...(lateness === null ? [] : [lateness.axis]),
    ],
    graphic: lanes.map((name, index) => ({
      type: 'text' as const,
      silent: true,
      x: sides.left - 8,
      y: TOP + ((index + 0.5) * height) / lanes.length,
      style: {
        text: name.length <= letters ? name : `${name.slice(0, letters - 1)}\u2026`,
        fill: COLOR.ink,
        font: `${lane < 20 ? 11 : 12}px system-ui, sans-serif`,
        align: 'right' as const,
        verticalAlign: 'middle' as const,
      },
    })),
    series: [
      pathSeries(
        0,
        { stroke: COLOR.grid, lineWidth: 1 },
        (place, { left, width }) =>
          lanes.map((_, index) => `M${left},${round(place(time.min, index)[1])}h${width}`).join(''),
        1,
      ),
      pathSeries(
        0,
        { stroke: COLOR.quiet, lineWidth: 1.25, lineDash: [2, 2] },
        path((item, place) => postponed(item, zeroMs, row(item), place)),
      ),
      pathSeries(
        0,
        { fill: COLOR.late },
        path((item, place) => bar(item.effectiveDue, item.requested, 0, half, zeroMs, row(item), place)),
        3,
      ),
      pathSeries(
        0,
        { fill: COLOR.series, opacity: 0.55 },
        path((item, place) => bar(item.requested, item.finished, 1, half, zeroMs, row(item), place)),
        3,
      ),
      pathSeries(
        0,
        { stroke: COLOR.ink, lineWidth: 1 },
        path((item, place) => dueTick(item, lane * 0.42, zeroMs, row(item), place)),
        4,
      ),
      ...Object.values(MARKS).map((mark) =>
        markSeries(
          0,
          mark,
          items.flatMap((item): [number, number][] => {
            const at = item.finished ?? item.requested ?? item.effectiveDue ?? item.due;
            return item.mark !== mark || at === null ? [] : [[at - zeroMs, row(item)]];
          }),
          items.length <= 60 ? 4 : 2.6,
        ),
      ),
      ...(lateness?.series ?? []),
    ],
  };
  const bottom = lateness === null ? TOP + height : lower + LATENESS_HEIGHT;
  return { height: bottom + 46, option };
}

function rangeOf(items: readonly TimelineItem[], zeroMs: number, width: number) {
  let from = Infinity;
  let until = -Infinity;
  for (const { due, effectiveDue, requested, finished } of items) {
    for (const at of [due, effectiveDue, requested, finished]) {
      if (at === null) continue;
      from = Math.min(from, at);
      until = Math.max(until, at);
    }
  }
  if (from > until) return timeScale(0, 1000, width);
  return timeScale(from - zeroMs, until - zeroMs, width);
}

function postponed({ due, effectiveDue }: TimelineItem, zeroMs: number, row: number, place: Place): string {
  if (due === null || effectiveDue === null || effectiveDue - due < 1) return '';
  const [from, y] = place(due - zeroMs, row).map(round) as [number, number];
  return `M${from},${y}H${round(place(effectiveDue - zeroMs, row)[0])}`;
}

function bar(
  from: number | null,
  until: number | null,
  least: number,
  half: number,
  zeroMs: number,
  row: number,
  place: Place,
): string {
  if (from === null || until === null || until <= from) return '';
  const [left, y] = place(from - zeroMs, row);
  const width = place(until - zeroMs, row)[0] - left;
  if (width < 0.3 && least === 0) return '';
  return boxPath(left, y - half, Math.max(least, width), 2 * half);
}

function dueTick({ due }: TimelineItem, half: number, zeroMs: number, row: number, place: Place): string {
  if (due === null) return '';
  const [x, y] = place(due - zeroMs, row);
  return `M${round(x)},${round(y - half)}v${round(2 * half)}`;
}
