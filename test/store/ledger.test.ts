import { ledgerOf, mergeNotes, type LedgerReading } from '../../store/ledger';
import type { StoredNote } from '../../store/sample-types';

const range = { fromMs: 0, untilMs: 4_000, everyMs: 1_000 };
const vm = { kind: 'vm', name: 'g1' } as const;
const host = { kind: 'host', name: 'h1' } as const;

function note(change: Partial<StoredNote>): StoredNote {
  return { source: 'h1', scope: 'all', vm: null, fromMs: 2_000, untilMs: 2_000, reason: 'virsh hung', ...change };
}

function readings(source: string, ...ticks: number[]): ReadonlyMap<number, LedgerReading> {
  return new Map(ticks.map((tick) => [tick, { source, counters: 3, collectedMs: tick + 500 }]));
}

const gapAt = (entity: typeof vm | typeof host, source: string, notes: StoredNote[]): string | null =>
  [...ledgerOf(entity, range, readings(source, 0, 1_000, 3_000, 4_000), notes)][2]?.reason ?? null;

test('has one row for each tick, in order', () => {
  const rows = [...ledgerOf(vm, range, readings('h1', 0, 1_000, 5_000), [])];
  expect(rows.map(({ tick, state }) => [tick, state])).toEqual([
    [0, 'value'],
    [1_000, 'value'],
    [2_000, 'gap'],
    [3_000, 'gap'],
    [4_000, 'gap'],
  ]);
});

test('tells what came later than two ticks and the usual collection', () => {
  const late = (collectedMs: number): string | undefined =>
    [...ledgerOf(vm, range, new Map([[0, { source: 'h1', counters: 1, collectedMs }]]), [])][0]?.state;
  expect([late(12_000), late(12_001)]).toEqual(['value', 'back-filled']);
});

test.each([
  ['the VM itself', vm, [note({}), note({ scope: 'vm', vm: 'g1', reason: 'a job held it' })], 'a job held it'],
  ['the host it was on', vm, [note({ source: 'h2', reason: 'other' }), note({ scope: 'vms' })], 'virsh hung'],
  ['another host, if its own knows nothing', vm, [note({ source: 'h2', reason: 'other' })], 'other'],
  [
    'nobody',
    vm,
    [note({ scope: 'vm', vm: 'g2' }), note({ fromMs: 0, untilMs: 1_999 })],
    'no host showed the VM as running',
  ],
  ['the host itself', host, [note({ source: 'h2', reason: 'other' }), note({})], 'virsh hung'],
  ['a host whose VMs only are missing', host, [note({ scope: 'vms' })], 'h1 has no reading of this tick'],
] as const)('takes the reason of %s', (_, entity, notes, reason) => {
  expect(gapAt(entity, 'h1', [...notes])).toBe(reason);
});

test('joins notes that say the same of ticks that follow each other', () => {
  const notes = [note({ fromMs: 3_000, untilMs: 3_000 }), note({}), note({ fromMs: 9_000, untilMs: 9_000 })];
  expect(mergeNotes([...notes, note({ source: 'h2' })], 1_000)).toEqual([
    note({ fromMs: 2_000, untilMs: 3_000 }),
    note({ fromMs: 9_000, untilMs: 9_000 }),
    note({ source: 'h2' }),
  ]);
});
