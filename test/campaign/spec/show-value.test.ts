import { showValue } from '../../../campaign/spec/show-value';

const circle: unknown[] = [];
circle.push(circle);
let deep: unknown = 1;
for (let level = 0; level < 100_000; level += 1) deep = [deep];

test.each([
  ['text', 'a"b', String.raw`"a\"b"`],
  ['a number that JSON has not', Number.POSITIVE_INFINITY, 'Infinity'],
  ['nothing', undefined, 'undefined'],
  ['fields and lists', { a: [1, null], b: true }, '{"a":[1,null],"b":true}'],
  ['a circle', circle, '[[[[...]]]]'],
  ['endless depth', deep, '[[[[...]]]]'],
  ['a long text', 'x'.repeat(1_000_000), `"${'x'.repeat(59)}...`],
])('%s', (_, value, shown) => {
  expect(showValue(value)).toBe(shown);
});
