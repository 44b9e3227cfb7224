import type { CounterGrid, CounterPoint } from '../../store/counter-types';
import { round } from '../chart/marks';
import type { Place } from '../chart/path-series';

/** Where a bucket is drawn, UTC ms: at its tick, or in the middle of its ticks. */
export function bucketTime({ fromMs, bucketMs, everyMs }: CounterGrid, bucket: number): number {
  return fromMs + bucket * bucketMs + (bucketMs - everyMs) / 2;
}

/** Points without a gap between them; a gap is a bucket without any value. */
export function runsOf(points: readonly CounterPoint[]): readonly (readonly CounterPoint[])[] {
  const runs: CounterPoint[][] = [];
  for (const point of points) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1)?.bucket === point.bucket - 1) last.push(point);
    else runs.push([point]);
  }
  return runs;
}

/** The line of the means; it breaks at gaps, and a point between two gaps is a dot. */
export function meanPath(points: readonly CounterPoint[], x: (bucket: number) => number, place: Place): string {
  return runsOf(points)
    .map((run) => {
      const places = run.map(({ bucket, mean }) => pair(place(x(bucket), mean)));
      const [first = ''] = places;
      return places.length === 1 ? `M${first}m-1.5,0h3v-1.5h-3v3h3v-1.5` : `M${places.join('L')}`;
    })
    .join('');
}

/** The band from the least to the greatest value of each bucket. */
export function bandPath(points: readonly CounterPoint[], x: (bucket: number) => number, place: Place): string {
  return runsOf(points)
    .filter((run) => run.length > 1)
    .map((run) => {
      const upper = run.map(({ bucket, max }) => pair(place(x(bucket), max)));
      const lower = run.map(({ bucket, min }) => pair(place(x(bucket), min))).reverse();
      return `M${[...upper, ...lower].join('L')}Z`;
    })
    .join('');
}

const pair = ([x, y]: readonly [number, number]): string => `${round(x)},${round(y)}`;
