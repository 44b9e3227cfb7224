import fc from 'fast-check';
import { LiveOrder, type LiveRow } from '../../../client/csv/live-order';
import type { StoredReading } from '../../../store/sample-types';
import { migrationRow } from '../../store/rows';

const EVERY = 20_000;
const FROM = 1_772_442_000_000;
const tick = (n: number): number => FROM + n * EVERY;

const reading = (entity: string, n: number, change: Partial<StoredReading> = {}): StoredReading => ({
  entityKind: entity.startsWith('h') ? 'host' : 'vm',
  ...{ entity, tickMs: tick(n), takenAtMs: tick(n), monotonicMs: tick(n), source: 'h1', rank: 0 },
  provenance: 'observed',
  counters: [],
  values: [],
  ...change,
});

const shown = (rows: readonly LiveRow[]): string[] =>
  rows.map((row) =>
    'reading' in row
      ? `${row.reading.entity}/${row.reading.source} ${String((row.atMs - FROM) / EVERY)}`
      : row.migration.action,
  );
const take = (
  order: LiveOrder,
  readings: readonly StoredReading[],
  migrations: Parameters<LiveOrder['take']>[0]['migrations'] = [],
  n = 3,
  sampled = true,
): string[] => shown(order.take({ readings, migrations, sampled }, tick(n)));

test('holds rows back until every host has handed over what is older, in the order of time', () => {
  const order = new LiveOrder(['h1', 'h2']);
  const migrations = [migrationRow('a1', { finished: tick(0) + 5 })];
  expect(take(order, [reading('h1', 0), reading('h1', 1), reading('g1', 1)], migrations)).toEqual([]);
  expect(take(order, [reading('h2', 1), reading('h2', 0)])).toEqual([
    'h1/h1 0',
    'h2/h1 0',
    'a1',
    'h1/h1 1',
    'g1/h1 1',
    'h2/h1 1',
  ]);
  expect(shown(order.rest())).toEqual([]);
});

test('believes the host where the VM runs, and prints nothing twice', () => {
  const order = new LiveOrder(['h1', 'h2']);
  const there = reading('g1', 0, { source: 'h2' });
  expect(take(order, [reading('h1', 0), reading('g1', 0, { rank: 1 })])).toEqual([]);
  expect(take(order, [reading('h2', 0), there])).toEqual(['h1/h1 0', 'g1/h2 0', 'h2/h1 0']);
  const again = [reading('h1', 0), reading('g1', 0, { rank: 1 }), there, reading('h1', 1), reading('h2', 1)];
  expect(take(order, again)).toEqual(['h1/h1 1', 'h2/h1 1']);
});

test('does not wait for ever for a host that hands nothing over; its rows come when they come', () => {
  const order = new LiveOrder(['h1', 'h2']);
  expect(take(order, [reading('h1', 0)], [], 5)).toEqual([]);
  expect(take(order, [], [], 6)).toEqual(['h1/h1 0']);
  expect(take(order, [reading('h2', 0), reading('h2', 7), reading('h1', 7)], [], 7)).toEqual([
    'h2/h1 0',
    'h2/h1 7',
    'h1/h1 7',
  ]);
});

test('a site without counters holds nothing back', () => {
  const migrations = [migrationRow('a1', { finished: tick(9) })];
  expect(take(new LiveOrder(['h1']), [], migrations, 3, false)).toEqual(['a1']);
});

test('whatever comes within an hour and however often, each row is printed once and none is lost', () => {
  const one = fc.record({ entity: fc.constantFrom('h1', 'h2', 'g1'), n: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 8 }), { maxLength: 10 }), fc.nat(300), (batches, lateness) => {
      const order = new LiveOrder(['h1', 'h2']);
      const printed: string[] = [];
      batches.forEach((batch, index) => {
        const readings = batch.map(({ entity, n }) => reading(entity, n));
        printed.push(...take(order, readings, [], index + lateness));
      });
      printed.push(...shown(order.rest()));
      const wanted = new Set(batches.flat().map(({ entity, n }) => `${entity}/h1 ${String(n)}`));
      expect(new Set(printed)).toEqual(wanted);
      expect(printed).toHaveLength(wanted.size);
    }),
  );
});
