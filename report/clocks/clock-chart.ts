import type { EChartsOption } from 'echarts';
import { timeAxis, uprightAxis } from '../chart/axes';
import { MARKS, rangePath } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { panelTitle } from '../chart/panel-title';
import { markSeries, pathSeries } from '../chart/path-series';
import { responsiveChart, type Drawing, type Room } from '../chart/responsive-chart';
import { niceScale } from '../chart/scale';
import { timeScale } from '../chart/time-scale';
import type { Html } from '../html';
import { MACHINE_KIND, type MachineClock } from './machine-clocks';

const HEIGHT = 78;
const GAP = 30;
const GAP_BELOW = 38;

/** Offset of each clock over time with its uncertainty, one small panel a machine, each with its own scale. */
export function clockChart(clocks: readonly MachineClock[], zeroMs: number, zeroName: string): Html {
  const label = 'Offset of each clock from the worker’s over time, with its uncertainty';
  return responsiveChart(label, (room) => draw(clocks, zeroMs, zeroName, room));
}

function draw(clocks: readonly MachineClock[], zeroMs: number, zeroName: string, room: Room): Drawing {
  const columns = Math.min(clocks.length, room.name === 'wide' ? 3 : room.name === 'medium' ? 2 : 1);
  const rows = Math.ceil(clocks.length / columns);
  const width = (room.width - 20 * (columns - 1)) / columns;
  const left = (index: number) => (index % columns) * (width + 20);
  const top = (index: number) => 26 + Math.floor(index / columns) * (HEIGHT + GAP);
  const times = clocks.flatMap(({ readings }) => readings.map(({ at }) => at - zeroMs));
  const time = timeScale(Math.min(...times), Math.max(...times), width - 82);
  const lowest = (index: number) => index + columns >= clocks.length;
  const option: EChartsOption = {
    title: clocks.map(({ machine, kind }, index) =>
      panelTitle(`${MACHINE_KIND[kind]} ${machine}: offset (ms)`, top(index) - 22, left(index)),
    ),
    grid: clocks.map((_, index) => ({ left: left(index) + 54, width: width - 82, top: top(index), height: HEIGHT })),
    xAxis: clocks.map((_, index) => timeAxis(index, time, zeroName, lowest(index))),
    yAxis: clocks.map(({ readings }, index) => uprightAxis(index, '', offsetScale(readings))),
    series: clocks.flatMap(({ readings }, index) => [
      pathSeries(index, { stroke: COLOR.quiet, lineWidth: 1 }, (place) =>
        readings
          .map(({ at, offset_ms: offset, uncertainty_ms: blur }) => {
            const [x, top] = place(at - zeroMs, offset + blur);
            return rangePath(x, top, place(0, offset - blur)[1], 3);
          })
          .join(''),
      ),
      markSeries(
        index,
        MARKS.observed,
        readings.map(({ at, offset_ms: ms }) => [at - zeroMs, ms]),
        readings.length > 60 ? 1.6 : 3,
      ),
    ]),
  };
  // A last row that is not full leaves names of axes under panels of the row above.
  const height = top((rows - 1) * columns) + HEIGHT + GAP_BELOW + 8;
  return { height, option };
}

function offsetScale(readings: MachineClock['readings']) {
  const low = Math.min(0, ...readings.map(({ offset_ms: ms, uncertainty_ms: blur }) => ms - blur));
  const high = Math.max(0, ...readings.map(({ offset_ms: ms, uncertainty_ms: blur }) => ms + blur));
  return niceScale(low, high, 3);
}
