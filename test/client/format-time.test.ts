import { formatFromNow, formatLength } from '../../client/format-time';

test.each([
  [0, '0 s'],
  [449, '0.4 s'],
  [9_949, '9.9 s'],
  [10_000, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [263_000_000, '3 d 1 h'],
])('%p ms are %p', (ms, text) => {
  expect(formatLength(ms)).toBe(text);
});

test('moments seen from now', () => {
  expect(formatFromNow(12_000, 0)).toBe('in 12 s');
  expect(formatFromNow(0, 12_000)).toBe('12 s ago');
  expect(formatFromNow(400, 0)).toBe('now');
});
