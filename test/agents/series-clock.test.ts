import { judgeSeriesClock } from '../../agents/series-clock';

const read = { sentAtMs: 1_000_100, monotonicMs: 5_600, receivedAtMs: 1_000_104 };

test('records are on the monotonic clock, set to UTC when their series began', () => {
  const fields = { series_mono_ns: '5000000000', series_real_ns: '1000000000000' };
  // 600 ms after the series began at UTC 1,000,000 ms, seen at 1,000,102 plus or minus 2 ms.
  expect(judgeSeriesClock({ fields }, read)).toEqual({ atMs: 1_000_102, offsetMs: 498, uncertaintyMs: 2 });
});

test('without a series there is no clock', () => {
  expect(judgeSeriesClock({ fields: {} }, read)).toBeNull();
});
