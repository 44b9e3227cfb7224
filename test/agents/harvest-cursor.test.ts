import { BEGINNING, formatCursor, parseCursor } from '../../agents/harvest-cursor';

test.each([
  BEGINNING,
  { segment: '0001760000000000-00000001.seg', offset: 160, gapsOffset: 81, settledMs: 1_760_000_000_123.25 },
])('a cursor survives being written down: %j', (cursor) => {
  expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
});

test('no cursor is the beginning, anything else is refused', () => {
  expect(parseCursor(null)).toEqual(BEGINNING);
  for (const text of ['', 'x', '../../etc/passwd:0:0:', '0001760000000000-00000001.seg:-1:0:'])
    expect(() => parseCursor(text)).toThrow('not a cursor');
});
