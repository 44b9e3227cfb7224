import { actionRows } from '../../activities/action-rows';
import type { Plan } from '../../campaign/plan/plan';
import type { CampaignRecord } from '../../store/types';
import { migrationRow } from '../store/rows';

const ZERO = 1_772_442_000_000;
const PLAN: Plan = {
  placement: { h1: ['g1'], h2: [] },
  actions: [
    { id: 'a1', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 0 },
    { id: 'a2', kind: 'migrate', vm: 'g1', to: 'h1', dueMs: 20_000 },
    { id: 'a3', kind: 'end', dueMs: 40_000 },
  ],
};
const campaign = (outcome: CampaignRecord['outcome']) =>
  ({ campaign: 'c', timeZero: ZERO, outcome }) as unknown as CampaignRecord;
const a1 = migrationRow('a1', { requested: ZERO + 1, effective_due: ZERO, lateness_ms: 1 });
const end = { dueMs: ZERO + 45_000, atMs: ZERO + 45_003 };

test('every action of the plan has a row: a migration that of its request, the end the moment when it was reached', () => {
  const rows = actionRows(campaign('completed'), PLAN, [a1, migrationRow('place-g1', { kind: 'place' })], end);
  expect(rows).toMatchObject([
    { action: 'a1', happened: ZERO + 1, lateness_ms: 1, outcome: 'succeeded' },
    { action: 'a2', due: ZERO + 20_000, effective_due: null, happened: null, outcome: 'not reached' },
    {
      action: 'a3',
      due: ZERO + 40_000,
      effective_due: ZERO + 45_000,
      happened: ZERO + 45_003,
      lateness_ms: 3,
      outcome: 'done',
    },
  ]);
});

test('an end that was not reached has no time; one of an older version that was, none either', () => {
  const last = (outcome: CampaignRecord['outcome']) => actionRows(campaign(outcome), PLAN, [a1], null).at(-1);
  expect(last('aborted')).toMatchObject({ happened: null, lateness_ms: null, outcome: 'not reached' });
  expect(last('completed')).toMatchObject({ happened: null, lateness_ms: null, outcome: 'done' });
});
