import { showDuration, showTime } from '../../../campaign/contract/show-figures';

test.each([
  [0, '0.0 ms'],
  [0.44, '0.4 ms'],
  [-2, '-2.0 ms'],
  [51.4, '51 ms'],
  [1_423, '1.42 s'],
  [123_456, '123 s'],
])('%p ms are shown as %p', (ms, text) => {
  expect(showDuration(ms)).toBe(text);
});

test('moments are UTC', () => {
  expect(showTime(Date.UTC(2026, 10, 25, 22, 8, 7, 999))).toBe('2026-11-25 22:08:07 UTC');
});
