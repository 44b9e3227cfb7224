import { actionLine, CSV_HEADER, migrationLine, sampleLine } from '../../../client/csv/csv-row';
import { sampleValues } from '../../../client/csv/sample-values';
import type { StoredCounter, StoredReading } from '../../../store/sample-types';
import { actionRow, migrationRow } from '../../store/rows';

const FROM = 1_772_442_000_000;
const counter = (name: string, instance: string, kind: StoredCounter['kind'] = 'cumulative'): StoredCounter => ({
  ...{ counter: name, instance, unit: 'ns', kind },
});
const COUNTERS = [
  counter('cpu.time', ''),
  counter('vcpu.time', '0'),
  counter('vcpu.time', '1'),
  counter('vcpu.n', '', 'gauge'),
];

const reading = (n: number, values: readonly number[], change: Partial<StoredReading> = {}): StoredReading => ({
  ...{ entityKind: 'vm', entity: 'g1', tickMs: FROM + n * 1_000, takenAtMs: 0, monotonicMs: n * 1_000, source: 'h1' },
  ...{ rank: 0, provenance: 'hypervisor', counters: COUNTERS, values, ...change },
});

const columns = CSV_HEADER.split(',');
const fields = (line: string): Record<string, string> =>
  Object.fromEntries(line.split(',').map((cell, index) => [columns[index] ?? '?', cell]));

test('values, rates since the tick before, and means over instances', () => {
  const values = sampleValues(reading(1, [40, 10, 30, 2]), reading(0, [0, 0, 0, 2]), 1_000);
  expect(
    values.map(({ counter: { counter: name, instance }, averaged, value, perS }) => [
      name,
      instance,
      averaged,
      value,
      perS,
    ]),
  ).toEqual([
    ['cpu.time', '', false, 40, 40],
    ['vcpu.time', '0', false, 10, 10],
    ['vcpu.time', '1', false, 30, 30],
    ['vcpu.n', '', false, 2, null],
    ['vcpu.time', '', true, 20, 20],
  ]);
});

test.each([
  ['the first', null],
  ['a tick is missing', reading(-1, [0, 0, 0, 2])],
  ['another host', reading(0, [0, 0, 0, 2], { source: 'h2' })],
  ['it began anew', reading(0, [99, 99, 99, 2])],
])('no rate: %s', (_, before) => {
  const values = sampleValues(reading(1, [40, 10, 30, 2]), before, 1_000);
  expect(values.map(({ perS }) => perS)).toEqual([null, null, null, null, null]);
});

test('a row fills the columns of its kind', () => {
  const now = reading(1, [40, 10, 30, 2]);
  const [value] = sampleValues(now, null, 1_000);
  if (value === undefined) throw new Error('no value');
  expect(fields(sampleLine(now, value))).toMatchObject({
    time: '2026-03-02T09:00:01.000Z',
    row: 'sample',
    entity: 'g1',
    counter: 'cpu.time',
    value: '40',
    per_s: '',
    action: '',
  });
  expect(fields(migrationLine(migrationRow('a1', { finished: FROM + 2_500, migration_ms: 2_400.5 })))).toMatchObject({
    time: '2026-03-02T09:00:02.500Z',
    row: 'action',
    entity_kind: 'vm',
    action: 'a1',
    migration_ms: '2400.5',
    outcome: 'succeeded',
    counter: '',
  });
  const end = actionRow('a2', { kind: 'end', vm: null, to: null, outcome: 'done' });
  expect(fields(actionLine(end))).toMatchObject({ entity_kind: '', entity: '', kind: 'end', outcome: 'done' });
});

test('commas, quotes and line ends are kept', () => {
  expect(migrationLine(migrationRow('a1', { error: 'no "room", sorry\nreally' }))).toMatch(
    /,"no ""room"", sorry\nreally"$/,
  );
});
