import type { Interval } from '../../measurement/bootstrap';
import type { MedianDifference } from '../../measurement/compare-medians';
import type { Summary } from '../../measurement/statistics';
import type { ReportInput } from '../report-input';
import type { SettingDifference } from './find-differences';

/** Two campaigns and what they are called: the names of their directories, or `first` and `second` where those are the same. */
export interface CompareInput {
  readonly first: ReportInput;
  readonly second: ReportInput;
  readonly names: readonly [string, string];
}

/** One figure of both campaigns. */
export interface ComparedFigure {
  readonly title: string;
  readonly unit: 's' | 'ms' | 'MiB';
  /** All values in the unit. */
  readonly values: readonly [readonly number[], readonly number[]];
  /** Of the values in the unit, whatever the names of its fields say. */
  readonly summaries: readonly [Summary, Summary];
  /** Second less first; null if either has no value. */
  readonly difference: MedianDifference | null;
}

/** Whether an interval of a difference leaves out zero: the difference is more than chance. */
export function isClear(interval: Interval | null): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

/** Two campaigns and all that was found by comparing them. */
export interface Comparison extends CompareInput {
  readonly figures: readonly ComparedFigure[];
  readonly differences: readonly SettingDifference[];
}
