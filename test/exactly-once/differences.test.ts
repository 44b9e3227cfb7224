import type { MigrationRow, StoredPlan } from '../../store/types';
import { differences } from './differences';

const plan = {
  placement: { h1: ['g1', 'g2'], h2: [] },
  actions: [
    { id: 'a', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 0 },
    { id: 'b', kind: 'migrate', vm: 'g1', to: 'h1', dueMs: 9 },
    { id: 'end', kind: 'end', dueMs: 20 },
  ],
} as unknown as StoredPlan;
const row = (action: string, outcome: MigrationRow['outcome'] = 'succeeded') => ({ action, outcome }) as MigrationRow;
const there = { vm: 'g1', to: 'h2' };
const back = { vm: 'g1', to: 'h1' };

test('nothing where everything happened once', () => {
  expect(differences(plan, [row('a'), row('b')], [there, back])).toEqual([]);
  expect(differences(plan, [row('a'), row('b', 'missed')], [there])).toEqual([]);
});

test.each([
  ['a migration twice', [row('a'), row('b')], [there, there, back]],
  ['again at the end', [row('a'), row('b')], [there, back, there]],
  ['one that is lost', [row('a'), row('b')], [there]],
  ['one recorded as failed that began', [row('a'), row('b', 'failed')], [there, back]],
  ['a row too few', [row('a')], [there]],
  ['a row too many', [row('a'), row('a'), row('b')], [there, back]],
  ['an unplanned row', [row('a'), row('b'), row('c')], [there, back]],
  ['another VM', [row('a'), row('b')], [there, back, { vm: 'g2', to: 'h2' }]],
])('shows %s', (_, rows, log) => {
  expect(differences(plan, rows, log)).not.toEqual([]);
});
