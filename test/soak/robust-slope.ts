import { medianSorted } from 'simple-statistics';

/** How a value changes with time: the median of the slopes between all pairs, and a 95 % interval of it. */
export interface Slope {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

const NORMAL_95 = 1.96;

/**
 * Theil-Sen slope with Sen's interval from Kendall's variance; outliers of less than a quarter of the points do not move it.
 * Source: Sen (1968), "Estimates of the regression coefficient based on Kendall's tau".
 * @throws Error below ten points, where the interval says nothing
 */
export function robustSlope(points: readonly (readonly [x: number, y: number])[]): Slope {
  const n = points.length;
  if (n < 10) throw new Error(`${n} points are too few for a trend`);
  const slopes: number[] = [];
  for (const [index, [x, y]] of points.entries())
    for (const [laterX, laterY] of points.slice(index + 1)) if (laterX !== x) slopes.push((laterY - y) / (laterX - x));
  slopes.sort((one, other) => one - other);
  const half = (NORMAL_95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2;
  const at = (rank: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  const middle = (slopes.length - 1) / 2;
  return { slope: medianSorted(slopes), low: at(middle - half), high: at(middle + half) };
}
