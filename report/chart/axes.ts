import type { XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { COLOR, TEXT } from './palette';
import { tickLabel, type Scale } from './scale';
import { timeLabel, timeUnit } from './time-scale';

const LINE = { lineStyle: { color: COLOR.quiet } };

/** An axis of time; only the lowest of several panels shows its labels. */
export function timeAxis(gridIndex: number, scale: Scale, from: string, shown = true): XAXisComponentOption {
  return {
    ...valueAxis(gridIndex, scale),
    position: 'bottom',
    splitLine: { show: false },
    axisLine: { ...LINE, onZero: false },
    axisTick: { show: true, ...LINE },
    axisLabel: shown ? { ...TEXT, formatter: timeLabel(scale), hideOverlap: true } : { show: false },
    ...(shown && {
      name: `Time from ${from} (${timeUnit(scale)})`,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: TEXT,
    }),
  };
}

/** A horizontal axis of values with its name below. */
export function acrossAxis(gridIndex: number, name: string, scale: Scale) {
  return {
    ...valueAxis(gridIndex, scale),
    position: 'bottom' as const,
    name,
    nameLocation: 'middle' as const,
    nameGap: 30,
    nameTextStyle: TEXT,
    axisLine: { ...LINE, show: true, onZero: false },
    axisTick: { show: true, ...LINE },
  };
}

/** A vertical axis of values with its name beside it. */
export function uprightAxis(gridIndex: number, name: string, scale: Scale, nameGap = 50): YAXisComponentOption {
  return { ...valueAxis(gridIndex, scale), name, nameLocation: 'middle', nameGap, nameTextStyle: TEXT };
}

function valueAxis(gridIndex: number, scale: Scale) {
  return {
    gridIndex,
    type: 'value' as const,
    min: scale.min,
    max: scale.max,
    interval: scale.interval,
    axisLabel: { ...TEXT, formatter: tickLabel(scale), hideOverlap: true },
    axisLine: { ...LINE, show: true, onZero: false },
    splitLine: { lineStyle: { color: COLOR.grid } },
  };
}
