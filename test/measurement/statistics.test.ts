import fc from 'fast-check';
import { summarise } from '../../measurement/statistics';

const none = { failed: 0, censored: 0 };

describe('summarise', () => {
  it('gives the known values of a textbook sample', () => {
    expect(summarise([4, 2, 4, 5, 9, 4, 5, 7], { failed: 2, censored: 1 })).toMatchObject({
      n: 8,
      failed: 2,
      censored: 1,
      minMs: 2,
      maxMs: 9,
      meanMs: 5,
      medianMs: 4.5,
      p95Ms: null,
    });
    // sum of squared deviations 32, divided by n - 1 = 7
    expect(summarise([4, 2, 4, 5, 9, 4, 5, 7], none).standardDeviationMs).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('says nothing that the number of durations does not carry', () => {
    expect(summarise([], none)).toMatchObject({
      n: 0,
      minMs: null,
      meanMs: null,
      medianMs: null,
      medianIntervalMs: null,
    });
    expect(summarise([7], none)).toMatchObject({
      n: 1,
      medianMs: 7,
      standardDeviationMs: null,
      medianIntervalMs: null,
    });
    expect(summarise([1, 2, 3, 4], none).medianIntervalMs).toBeNull();
    expect(summarise([1, 2, 3, 4, 5], none).medianIntervalMs).not.toBeNull();
    const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
    expect(summarise(upTo(19), none).p95Ms).toBeNull();
    expect(summarise(upTo(20), none).p95Ms).toBeCloseTo(19.05, 12);
    expect(summarise(upTo(101), none).p95Ms).toBe(96);
  });

  it('covers the exact binomial interval of the median of 1 to 100', () => {
    const { low, high } = summarise(
      Array.from({ length: 100 }, (_, index) => index + 1),
      none,
    ).medianIntervalMs ?? { low: NaN, high: NaN };
    // order statistics 40 and 61 bound the median with 95 %
    expect(Math.abs(low - 40.5)).toBeLessThan(2);
    expect(Math.abs(high - 60.5)).toBeLessThan(2);
  });

  it('does not depend on the order, repeats itself, and stays within its own bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 5, maxLength: 30 }),
        (durations) => {
          const summary = summarise(durations, none);
          expect(summarise([...durations].reverse(), none)).toEqual(summary);
          const { minMs, maxMs, medianMs, medianIntervalMs } = summary;
          expect(medianIntervalMs?.low).toBeGreaterThanOrEqual(minMs ?? NaN);
          expect(medianIntervalMs?.high).toBeLessThanOrEqual(maxMs ?? NaN);
          expect(medianIntervalMs?.low).toBeLessThanOrEqual(medianMs ?? NaN);
          expect(medianIntervalMs?.high).toBeGreaterThanOrEqual(medianMs ?? NaN);
        },
      ),
      { numRuns: 25 },
    );
  });
});
