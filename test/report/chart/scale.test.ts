import fc from 'fast-check';
import { decimalsOf, niceScale, scaleFromZero, tickLabel } from '../../../report/chart/scale';
import { timeLabel, timeScale, timeUnit } from '../../../report/chart/time-scale';

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-6);

it('holds every value on a few round steps', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), fc.integer({ min: 2, max: 10 }), (values, about) => {
      const { min, max, interval } = scaleFromZero(values, about);
      expect(min).toBeLessThanOrEqual(Math.min(0, ...values) + interval * 1e-6);
      expect(max).toBeGreaterThanOrEqual(Math.max(0, ...values) - interval * 1e-6);
      expect(interval).toBeGreaterThan(0);
      expect((max - min) / interval).toBeLessThanOrEqual(about + 3);
    }),
  );
});

test.each([
  [0, 0, '0 1'],
  [0, 4.4, '0 5'],
  [0, 597, '0 600'],
  [2.3, 4.5, '2.0 4.5'],
  [-8, 3, '\u221210.0 5.0'],
])('%d to %d is drawn from and to %s', (low, high, ends) => {
  const scale = niceScale(low, high);
  expect(`${tickLabel(scale)(scale.min)} ${tickLabel(scale)(scale.max)}`).toBe(ends);
});

it('gives labels the decimals their steps need', () => {
  expect([100, 2.5, 0.05, 1e-5].map(decimalsOf)).toEqual([0, 1, 2, 5]);
});

it('steps in whole units of the clock, and never more often than there is room', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e7, max: 1e9 }),
      fc.integer({ min: 1, max: 3e9 }),
      fc.integer({ min: 100, max: 1200 }),
      (from, span, width) => {
        const { min, max, interval } = timeScale(from, from + span, width);
        expect(min).toBeLessThanOrEqual(from);
        expect(max).toBeGreaterThanOrEqual(from + span);
        expect((max - min) / interval).toBeLessThanOrEqual(Math.max(2, width / 78) + 2);
      },
    ),
  );
});

it('labels time to the second only where steps are shorter than a minute', () => {
  const fine = timeScale(-60_000, 90_000, 900);
  expect([fine.min, 0, fine.max].map(timeLabel(fine))).toEqual(['\u22120:01:00', '0:00:00', '0:01:40']);
  expect(timeUnit(fine)).toBe('h:mm:ss');
  const coarse = timeScale(0, 11 * 3_600_000, 900);
  expect(timeLabel(coarse)(36_000_000)).toBe('10:00');
  expect(timeUnit(coarse)).toBe('h:mm');
});
