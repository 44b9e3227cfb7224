import fc from 'fast-check';
import { resampledMedians } from '../../measurement/bootstrap';
import { compareMedians } from '../../measurement/compare-medians';

const values = (minLength: number) =>
  fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength, maxLength: 30 });

describe('resampledMedians', () => {
  it('draws only medians that the values can have, the same ones each time', () => {
    fc.assert(
      fc.property(values(1), (unsorted) => {
        const sorted = [...unsorted].sort((a, b) => a - b);
        const medians = resampledMedians(sorted);
        expect(resampledMedians(sorted)).toEqual(medians);
        const odd = sorted.length % 2 === 1;
        const possible = new Set(sorted.flatMap((a) => (odd ? [a] : sorted.map((b) => (a + b) / 2))));
        expect(medians.every((median) => possible.has(median))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('has the standard error that theory gives the median of a uniform sample', () => {
    const n = 401;
    const medians = resampledMedians(Array.from({ length: n }, (_, index) => index / (n - 1)));
    const mean = medians.reduce((sum, each) => sum + each, 0) / medians.length;
    const deviation = Math.sqrt(medians.reduce((sum, each) => sum + (each - mean) ** 2, 0) / medians.length);
    expect(mean).toBeCloseTo(0.5, 2);
    // 1 / (2 f sqrt(n)) with density f = 1
    expect(deviation).toBeGreaterThan(0.9 * (1 / (2 * Math.sqrt(n))));
    expect(deviation).toBeLessThan(1.1 * (1 / (2 * Math.sqrt(n))));
  });
});

describe('compareMedians', () => {
  it('says nothing about an empty set, and no interval where either set is small', () => {
    expect(compareMedians([], [1])).toBeNull();
    expect(compareMedians([1], [])).toBeNull();
    expect(compareMedians([10], [15])).toEqual({ difference: 5, interval: null, percent: 50, percentInterval: null });
    expect(compareMedians([0], [15])?.percent).toBeNull();
    expect(compareMedians([1, 2, 3, 4, 5], [1, 2, 3, 4])?.interval).toBeNull();
  });

  it('finds a shift, and none where there is none', () => {
    const base = Array.from({ length: 60 }, (_, index) => 1000 + ((index * 37) % 60));
    const shifted = compareMedians(
      base,
      base.map((each) => each + 100),
    );
    expect(shifted?.difference).toBe(100);
    expect(shifted?.percent).toBeCloseTo(100 / 10.295, 6);
    expect(shifted?.interval?.low).toBeGreaterThan(80);
    expect(shifted?.interval?.high).toBeLessThan(120);
    const same = compareMedians(base, base);
    expect(same?.interval?.low).toBeLessThan(0);
    expect(same?.interval?.high).toBeGreaterThan(0);
  });

  it('gives intervals in order and the same sign in per cent, whatever the values, and repeats itself', () => {
    fc.assert(
      fc.property(values(5), values(5), (first, second) => {
        const compared = compareMedians(first, second);
        expect(compareMedians([...first].reverse(), second)).toEqual(compared);
        expect(compared?.interval?.low).toBeLessThanOrEqual(compared?.interval?.high ?? NaN);
        expect(compared?.percentInterval).not.toBeNull();
        expect(Math.sign(compared?.percent ?? NaN)).toBe(Math.sign(compared?.difference ?? NaN));
      }),
      { numRuns: 20 },
    );
  });
});
