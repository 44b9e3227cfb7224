import fc from 'fast-check';
import { offsetDuring, type ClockReading } from '../../measurement/clock-offsets';

const reading = (atMs: number, offsetMs: number, uncertaintyMs = 1): ClockReading => ({
  atMs,
  offsetMs,
  uncertaintyMs,
});

test.each([
  ['one before and one after', [reading(0, 10), reading(100, 10)], 20, 80, 10, 1],
  ['a clock that was set in between', [reading(0, 0), reading(50, 500), reading(100, 500)], 20, 80, 250, 251],
  [
    'only the nearest on each side count',
    [reading(0, 99), reading(10, 5), reading(90, 5), reading(100, 99)],
    20,
    80,
    5,
    1,
  ],
  ['exactly at both ends', [reading(20, 3, 2), reading(80, 3, 2)], 20, 80, 3, 2],
])('%s', (_, readings, fromMs, untilMs, offsetMs, uncertaintyMs) => {
  const found = offsetDuring(readings, fromMs, untilMs);
  expect(found?.offsetMs).toBeCloseTo(offsetMs, 6);
  expect(found?.uncertaintyMs).toBeCloseTo(uncertaintyMs, 6);
});

test('without a reading nothing is known', () => {
  expect(offsetDuring([], 0, 1)).toBeNull();
});

test('a minute away from the only reading a clock may have been slewed by 30 ms', () => {
  expect(offsetDuring([reading(0, 7, 1)], 0, 60_000)).toEqual({ offsetMs: 7, uncertaintyMs: 31 });
  expect(offsetDuring([reading(60_000, 7, 1)], 0, 60_000)?.uncertaintyMs).toBeCloseTo(31, 6);
});

test('holds the offset of every clock that is slewed, wherever it is read with an error within its uncertainty', () => {
  const clock = fc.record({
    startMs: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
    slew: fc.double({ min: -490e-6, max: 490e-6, noNaN: true }),
    reads: fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 600_000 }),
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    span: fc.tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 60_000 })),
  });
  fc.assert(
    fc.property(clock, ({ startMs, slew, reads, span: [fromMs, lengthMs] }) => {
      const offsetAt = (atMs: number): number => startMs + slew * atMs;
      const readings = reads.map(([atMs, uncertaintyMs, error]) =>
        reading(atMs, offsetAt(atMs) + error * uncertaintyMs, uncertaintyMs),
      );
      const found = offsetDuring(readings, fromMs, fromMs + lengthMs);
      if (found === null) return false;
      return [fromMs, fromMs + lengthMs / 2, fromMs + lengthMs].every(
        (atMs) => Math.abs(offsetAt(atMs) - found.offsetMs) <= found.uncertaintyMs + 1e-6,
      );
    }),
  );
});
