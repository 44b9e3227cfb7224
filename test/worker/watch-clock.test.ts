import { watchClock } from '../../worker/watch-clock';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test.each([
  ['forward', 3_600_000],
  ['back', -1_500],
])('tells once when the clock was set %s', (_, stepMs) => {
  let stepped = 0;
  const told: number[] = [];
  watchClock((aheadMs) => told.push(aheadMs), { machine: () => 5_000 + stepped, own: () => 5_000 });
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  stepped = stepMs;
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual([stepMs]);
});

test('readings that are a little apart are no step, and a watch can be ended', () => {
  const told: number[] = [];
  const tell = (aheadMs: number) => told.push(aheadMs);
  watchClock(tell, { machine: () => 999, own: () => 0 });
  watchClock(tell, { machine: () => 9_999, own: () => 0 })();
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
});
