import { planHash } from '../../../campaign/spec/plan-hash';

const action = { id: 'a', kind: 'migrate', vm: 'g', to: 'h2', dueMs: 0 } as const;
const reordered = { dueMs: 0, to: 'h2', vm: 'g', kind: 'migrate', id: 'a' } as const;
const placement = { h1: ['g'], h2: [] };

test('is the same for the same plan, however its fields are ordered', () => {
  expect(planHash({ placement, actions: [action] })).toBe(planHash({ placement, actions: [reordered] }));
  expect(planHash({ placement, actions: [action] })).toMatch(/^[0-9a-f]{64}$/);
});

test('differs where the plan differs', () => {
  const hashes = [
    planHash({ placement, actions: [action] }),
    planHash({ placement, actions: [{ ...action, dueMs: 1 }] }),
    planHash({ placement, actions: [action, action] }),
    planHash({ placement: { h2: [], h1: ['g'] }, actions: [action] }),
  ];
  expect(new Set(hashes).size).toBe(4);
});
