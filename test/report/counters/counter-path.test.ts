import { bandPath, bucketTime, meanPath, runsOf } from '../../../report/counters/counter-path';

const point = (bucket: number, mean: number) => ({ bucket, n: 1, min: mean - 1, mean, max: mean + 1 });
const place = (x: number, y: number): [number, number] => [x, y];
const x = (bucket: number) => bucket * 10;

it('breaks lines and bands at gaps, and draws a lonely value as a dot', () => {
  const points = [point(0, 5), point(1, 6), point(3, 7), point(5, 8), point(6, 9)];
  expect(runsOf(points).map((run) => run.map(({ bucket }) => bucket))).toEqual([[0, 1], [3], [5, 6]]);
  expect(meanPath(points, x, place)).toBe('M0,5L10,6M30,7m-1.5,0h3v-1.5h-3v3h3v-1.5M50,8L60,9');
  expect(bandPath(points, x, place)).toBe('M0,6L10,7L10,5L0,4ZM50,9L60,10L60,8L50,7Z');
  expect(meanPath([], x, place)).toBe('');
});

it('draws a bucket in the middle of its ticks, and one tick where it is', () => {
  expect(bucketTime({ fromMs: 100, everyMs: 20, bucketMs: 20, buckets: 9 }, 3)).toBe(160);
  // ticks at 220, 240, 260
  expect(bucketTime({ fromMs: 100, everyMs: 20, bucketMs: 60, buckets: 9 }, 2)).toBe(240);
});
