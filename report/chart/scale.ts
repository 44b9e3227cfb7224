import { formatNumber } from '../format-figure';

/** From where to where an axis goes and how far its labels are apart. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** The smallest scale of round steps that holds both ends; `about`: how many steps are wanted. */
export function niceScale(low: number, high: number, about = 5): Scale {
  if (low === 0 && high === 0) return { min: 0, max: 1, interval: 1 };
  const span = high > low ? high - low : Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / about));
  const interval = (STEPS.find((step) => step * power >= (span / about) * 0.999) ?? 10) * power;
  const min = Math.floor(low / interval + 1e-9) * interval;
  const up = Math.ceil(high / interval - 1e-9) * interval;
  return { min, max: up > min ? up : min + interval, interval };
}

/** A scale from zero (or from the lowest value, if that is below zero) that leaves some room above the largest value. */
export function scaleFromZero(values: readonly number[], about = 5): Scale {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return niceScale(low, high * 1.04, about);
}

/** How many decimals labels so far apart need. */
export function decimalsOf(step: number): number {
  const needed = [0, 1, 2, 3, 4, 5, 6].find(
    (decimals) => Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6,
  );
  return needed ?? 7;
}

/** Labels of a scale. */
export const tickLabel =
  ({ interval }: Scale) =>
  (tick: number): string =>
    formatNumber(tick, decimalsOf(interval));
