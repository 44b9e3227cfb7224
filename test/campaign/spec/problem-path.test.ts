import fc from 'fast-check';
import { formatPath, parsePath, valueAt } from '../../../campaign/spec/problem-path';

test('reads as in the document', () => {
  expect(formatPath(['placement', 'h1', 0])).toBe('placement.h1[0]');
  expect(formatPath(['placement', 'h1.example.org', 0])).toBe('placement["h1.example.org"][0]');
});

test('can be read back, whatever the names', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (keys) => {
      expect(parsePath(formatPath(keys))).toEqual(keys);
    }),
  );
});

test('finds own values only', () => {
  expect(valueAt({ a: [{ b: 7 }] }, ['a', 0, 'b'])).toBe(7);
  expect(valueAt({}, ['constructor'])).toBeUndefined();
});
