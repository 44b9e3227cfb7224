import type { CustomSeriesOption, YAXisComponentOption } from 'echarts';
import { uprightAxis } from '../chart/axes';
import { MARKS } from '../chart/marks';
import { COLOR, TEXT } from '../chart/palette';
import { markSeries } from '../chart/path-series';
import { scaleFromZero } from '../chart/scale';
import { formatNumber } from '../format-figure';
import type { TimelineItem } from './timeline-items';

/** Values that far apart are drawn on a logarithmic axis. */
const LOGARITHMIC_FROM = 40;

/** How late each action was, over its effective due time; null if nothing happened. */
export function latenessPanel(
  grid: number,
  items: readonly TimelineItem[],
  zeroMs: number,
): { axis: YAXisComponentOption; series: CustomSeriesOption[] } | null {
  const late = items.flatMap(({ latenessMs, effectiveDue }): [number, number][] =>
    latenessMs === null || effectiveDue === null ? [] : [[effectiveDue - zeroMs, latenessMs]],
  );
  if (late.length === 0) return null;
  let least = Infinity;
  let most = -Infinity;
  for (const [, ms] of late) {
    least = Math.min(least, ms);
    most = Math.max(most, ms);
  }
  const logarithmic = least > 0 && most / least > LOGARITHMIC_FROM;
  const axis: YAXisComponentOption = logarithmic
    ? {
        gridIndex: grid,
        type: 'log',
        min: 10 ** Math.floor(Math.log10(least)),
        max: 10 ** Math.ceil(Math.log10(most)),
        axisLabel: {
          ...TEXT,
          formatter: (tick: number) => formatNumber(tick, tick < 1 ? Math.ceil(-Math.log10(tick)) : 0),
        },
        splitLine: { lineStyle: { color: COLOR.grid } },
      }
    : uprightAxis(
        grid,
        '',
        scaleFromZero(
          late.map(([, ms]) => ms),
          4,
        ),
      );
  return { axis, series: [markSeries(grid, MARKS.observed, late, late.length <= 60 ? 3.5 : 2)] };
}
