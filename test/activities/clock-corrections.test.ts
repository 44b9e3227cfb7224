import { onVantageClock, readingsByMachine } from '../../activities/clock-corrections';
import type { ClockRow } from '../../store/types';

const clock = (machine_kind: ClockRow['machine_kind'], machine: string, at: number, offset_ms: number): ClockRow => ({
  campaign: 'c',
  machine,
  machine_kind,
  at,
  offset_ms,
  uncertainty_ms: 2,
});
const both = (kind: ClockRow['machine_kind'], machine: string, offset: number): ClockRow[] => [
  clock(kind, machine, 90_000, offset),
  clock(kind, machine, 150_000, offset),
];
const observed = { requested: 100_000, finished: 103_000, from: 'h1', provenance: 'observed' } as const;
const recovered = { ...observed, provenance: 'recovered' } as const;

test("observed times move by the vantage's offset and are off by its uncertainty", () => {
  const clocks = [...both('vantage', 'far', -700), ...both('vantage', 'here', 5), ...both('host', 'h1', 90)];
  expect(onVantageClock(observed, 120_000, 'far', readingsByMachine(clocks))).toEqual({
    requestedAtMs: 99_300,
    finishedAtMs: 102_300,
    nextRequestedAtMs: 119_300,
    widenMs: 2,
  });
});

test('without readings observed times stay as they are', () => {
  expect(onVantageClock(observed, null, 'here', readingsByMachine([]))).toEqual({
    requestedAtMs: 100_000,
    finishedAtMs: 103_000,
    nextRequestedAtMs: null,
    widenMs: 0,
  });
});

test("recovered times are off by the look at the source's clock and by what that was changed around then", () => {
  const widenMs = (clocks: readonly ClockRow[]): number =>
    onVantageClock(recovered, null, 'here', readingsByMachine(clocks)).widenMs;
  expect(widenMs([])).toBe(1_000);
  expect(widenMs(both('host', 'h1', 90))).toBe(1_004);
  expect(widenMs([...both('host', 'h1', 90), ...both('vantage', 'here', 0)])).toBe(1_006);
  // Set back by 3 s while nobody looked: the driver's look was on one side of it, the records on the other.
  expect(widenMs([clock('host', 'h1', 90_000, 3_000), clock('host', 'h1', 150_000, 0)])).toBe(4_004);
  expect(widenMs(both('host', 'h2', 90))).toBe(1_000);
});

test('what never was requested stays unknown', () => {
  expect(
    onVantageClock({ ...recovered, requested: null }, null, 'here', readingsByMachine(both('vantage', 'here', 5))),
  ).toMatchObject({
    requestedAtMs: null,
    finishedAtMs: 103_000,
    widenMs: 1_000,
  });
});
