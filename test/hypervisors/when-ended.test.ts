import { whenEnded } from '../../hypervisors/when-ended';

test('word that comes at once, or beside which there is no record, is an observation', () => {
  for (const lateMs of [null, -40, 0, 1_000])
    expect(whenEnded(10_000, lateMs)).toEqual({ finishedAtMs: 10_000, provenance: 'observed' });
});

test('where word comes late the record counts, and the figure says so', () => {
  expect(whenEnded(10_000, 3_600)).toEqual({ finishedAtMs: 6_400, provenance: 'recovered' });
});
