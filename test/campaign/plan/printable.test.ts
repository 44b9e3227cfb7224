import { printable } from '../../../campaign/plan/printable';

test.each([
  ['plain text, umlauts and emoji stay', 'Grüße 💥', 'Grüße 💥'],
  ['what a terminal would obey is written out', 'a\u001B[31mb\u009Bc\u007F', String.raw`a\u001b[31mb\u009bc\u007f`],
  ['so are line ends, also those of Unicode', 'a\nb\r\u2028c', String.raw`a\u000ab\u000d\u2028c`],
  ['what turns the direction of writing', 'a\u202Eb', String.raw`a\u202eb`],
  ['half a character', 'a\uD800b', String.raw`a\ud800b`],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(shown)).toBe(shown);
});

test('what is too long is cut, also where escapes make it so', () => {
  expect(printable('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxxx...');
  expect(printable('\u001B'.repeat(10), 10)).toBe(String.raw`\u001b\u00...`);
});

test('no character is cut in half', () => {
  expect(printable('💥💥', 3)).toBe('💥...');
});
