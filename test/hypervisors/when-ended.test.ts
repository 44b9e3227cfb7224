import { whenEnded, whenRequested } from '../../hypervisors/when-ended';

test('word that comes at once, or beside which there is no record, is an observation', () => {
  for (const lateMs of [null, -40, 0, 1_000])
    expect(whenEnded(10_000, lateMs)).toEqual({ finishedAtMs: 10_000, provenance: 'observed' });
});

test('where word comes late the record counts, and the figure says so', () => {
  expect(whenEnded(10_000, 3_600)).toEqual({ finishedAtMs: 6_400, provenance: 'recovered' });
});

test('a request that begins at once, or beside which there is no record, is an observation', () => {
  for (const lateMs of [null, -40, 0, 1_000])
    expect(whenRequested(10_000, lateMs)).toEqual({ requestedAtMs: 10_000, provenance: 'observed' });
});

test('where it was held up the record of the beginning counts, and the figure says so', () => {
  expect(whenRequested(10_000, 3_600)).toEqual({ requestedAtMs: 13_600, provenance: 'recovered' });
});
