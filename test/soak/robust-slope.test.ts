import fc from 'fast-check';
import { robustSlope } from './robust-slope';

const X = Array.from({ length: 60 }, (_, index) => index);

test('a line has its slope, whatever a tenth of the points are', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 1, max: 1e9 }), (slope, outlier) => {
      const points = X.map((x) => [x, x % 10 === 3 ? outlier : slope * x] as const);
      expect(robustSlope(points).slope).toBeCloseTo(slope, 6);
    }),
  );
});

test('the interval holds the slope, and of pure noise it holds zero', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 10, maxLength: 80 }), (values) => {
      const { slope, low, high } = robustSlope(values.map((value, index) => [index, value] as const));
      expect(low).toBeLessThanOrEqual(slope);
      expect(high).toBeGreaterThanOrEqual(slope);
    }),
  );
  const { low, high } = robustSlope(X.map((x) => [x, (x * 7_919) % 23] as const));
  expect(low).toBeLessThanOrEqual(0);
  expect(high).toBeGreaterThanOrEqual(0);
});

test('too few points are no trend', () => {
  expect(() => robustSlope([[0, 1]])).toThrow('too few');
});
