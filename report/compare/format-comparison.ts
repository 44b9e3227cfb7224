import type { Interval } from '../../measurement/bootstrap';
import { formatNumber } from '../format-figure';
import type { ComparedFigure } from './compare-input';

/** The texts of one compared figure; null: not available. */
export interface FormattedComparison {
  readonly n: readonly [string, string];
  readonly medians: readonly [string | null, string | null];
  readonly intervals: readonly [string | null, string | null];
  readonly difference: string | null;
  readonly differenceInterval: string | null;
  readonly percent: string | null;
  readonly percentInterval: string | null;
}

/** Figures as they are shown in the page and on the terminal. */
export function formatComparison({ unit, summaries, difference }: ComparedFigure): FormattedComparison {
  const decimals = unit === 's' ? 3 : 1;
  const figure = (value: number | null | undefined) =>
    value === null || value === undefined ? null : formatNumber(value, decimals);
  const range = (interval: Interval | null | undefined, format: (value: number) => string) =>
    interval === null || interval === undefined ? null : `${format(interval.low)} to ${format(interval.high)}`;
  const plain = (value: number) => formatNumber(value, decimals);
  return {
    n: [String(summaries[0].n), String(summaries[1].n)],
    medians: [figure(summaries[0].medianMs), figure(summaries[1].medianMs)],
    intervals: [range(summaries[0].medianIntervalMs, plain), range(summaries[1].medianIntervalMs, plain)],
    difference: difference === null ? null : signed(difference.difference, decimals),
    differenceInterval: range(difference?.interval, (value) => signed(value, decimals)),
    percent: difference?.percent === null || difference === null ? null : signed(difference.percent, 1),
    percentInterval: range(difference?.percentInterval, (value) => signed(value, 1)),
  };
}

function signed(value: number, decimals: number): string {
  const text = formatNumber(value, decimals);
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text;
}
