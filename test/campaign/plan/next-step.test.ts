import fc from 'fast-check';
import { nextStep, type Situation, type TimePolicy } from '../../../campaign/plan/next-step';
import type { Action } from '../../../campaign/plan/plan';
import {
  noteEnded,
  noteStarted,
  pausePlan,
  postponeAfter,
  postponeAll,
  resumePlan,
  startSchedule,
} from '../../../campaign/plan/schedule';

const leadMs = 5_000;
const policy: TimePolicy = { whenBusy: 'postpone-all', whenLate: 'shift-all', lateToleranceMs: 5_000 };
const at = (dueMs: number): Action => ({ id: 'a', kind: 'migrate', vm: 'g1', to: 'h2', dueMs });
const situation = (change: Partial<Situation>): Situation => ({
  nowMs: 0,
  schedule: startSchedule(0),
  permitPending: false,
  vmUnheard: false,
  policy,
  leadMs,
  ...change,
});

describe('nextStep', () => {
  it('waits for the lead before the due time, then starts', () => {
    expect(nextStep(at(20_000), situation({}))).toEqual({ kind: 'wait', untilMs: 15_000 });
    expect(nextStep(at(20_000), situation({ nowMs: 15_000 }))).toEqual({ kind: 'start', dueMs: 20_000, shiftMs: 0 });
  });

  it('gives the end no lead', () => {
    expect(nextStep({ id: 'e', kind: 'end', dueMs: 20_000 }, situation({ nowMs: 16_000 }))).toEqual({
      kind: 'wait',
      untilMs: 20_000,
    });
  });

  it.each([
    ['paused', { schedule: pausePlan(startSchedule(0), 0) }],
    ['waiting for a permit under the rule of the paper', { permitPending: true }],
    ['an earlier action of the same VM has said nothing yet', { vmUnheard: true }],
  ])('waits without end while %s', (_name, change) => {
    expect(nextStep(at(0), situation({ nowMs: 90_000, ...change }))).toEqual({ kind: 'wait', untilMs: null });
  });

  it.each(['postpone-one', 'skip'] as const)('does not wait for the permits of others under %s', (whenBusy) => {
    const step = nextStep(at(0), situation({ permitPending: true, policy: { ...policy, whenBusy } }));
    expect(step.kind).toBe('start');
  });

  it.each([
    ['shift-all', { kind: 'start', dueMs: 65_000, shiftMs: 65_000 }],
    ['run-now', { kind: 'start', dueMs: 0, shiftMs: 0 }],
    ['skip', { kind: 'skip', dueMs: 0 }],
  ] as const)('treats what comes too late by %s', (whenLate, step) => {
    expect(nextStep(at(0), situation({ nowMs: 60_000, policy: { ...policy, whenLate } }))).toEqual(step);
  });

  it('never moves anything for a lateness within the tolerance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4_999, max: 5_000 }),
        fc.constantFrom('shift-all', 'run-now', 'skip'),
        (late, whenLate) => {
          const step = nextStep(at(10_000), situation({ nowMs: 10_000 + late, policy: { ...policy, whenLate } }));
          expect(step).toEqual({ kind: 'start', dueMs: 10_000, shiftMs: 0 });
        },
      ),
    );
  });
});

/** Something that happens to a campaign. Milliseconds. */
interface Trouble {
  /** Which action of the plan it comes before. */
  readonly before: number;
  readonly kind: 'outage' | 'pause' | 'busy';
  readonly lengthMs: number;
}

const trouble: fc.Arbitrary<Trouble> = fc.record({
  before: fc.nat(30),
  kind: fc.constantFrom('outage', 'pause', 'busy'),
  lengthMs: fc.integer({ min: 1, max: 3_600_000 }),
});
/** A step of a random plan: a time after the step before it, or a pause after the end of the one before it. */
const planned = fc.record({
  gapMs: fc.integer({ min: 0, max: 600_000 }),
  follows: fc.boolean(),
  takesMs: fc.nat(60_000),
});

interface Fired {
  readonly atMs: number;
  readonly dueMs: number;
  readonly troubledMs: number;
}

/** Carries a plan out as workflows/run-plan.ts does, without waiting: outages, pauses and late permits come as told. */
function carryOut(
  steps: readonly { gapMs: number; follows: boolean; takesMs: number }[],
  troubles: readonly Trouble[],
) {
  let schedule = startSchedule(0);
  let nowMs = -60_000;
  let planMs = 0;
  const fired: Fired[] = [];
  steps.forEach(({ gapMs, follows, takesMs }, index) => {
    const id = `a${index}`;
    planMs += gapMs;
    const leader = follows && index > 0 ? `a${index - 1}` : null;
    const when = leader === null ? { dueMs: planMs } : { after: leader, pauseMs: gapMs };
    const action: Action = { id, kind: 'migrate', vm: 'g1', to: 'h2', ...when };
    const mine = troubles.filter(({ before }) => before === index);
    for (const { kind, lengthMs } of mine) {
      if (kind === 'pause') schedule = resumePlan(pausePlan(schedule, nowMs), nowMs + lengthMs);
      if (kind !== 'busy') nowMs += lengthMs;
    }
    let step = nextStep(action, situation({ nowMs, schedule }));
    while (step.kind === 'wait' && step.untilMs !== null) {
      nowMs = Math.max(nowMs, step.untilMs);
      step = nextStep(action, situation({ nowMs, schedule }));
    }
    if (step.kind !== 'start') throw new Error(`${id} was not started: ${JSON.stringify(step)}`);
    schedule = noteStarted(postponeAll(schedule, step.shiftMs), action);
    const busyMs = mine.filter(({ kind }) => kind === 'busy').reduce((total, { lengthMs }) => total + lengthMs, 0);
    const startedShiftMs = schedule.shiftMs;
    const dueMs = Math.max(step.dueMs, busyMs > 0 ? nowMs + busyMs : -Infinity);
    schedule = postponeAfter(schedule, startedShiftMs, dueMs - step.dueMs);
    const atMs = Math.max(nowMs, dueMs);
    nowMs = atMs;
    fired.push({ atMs, dueMs, troubledMs: mine.reduce((total, { lengthMs }) => total + lengthMs, 0) });
    schedule = noteEnded(schedule, id, atMs + takesMs, 1);
  });
  return { fired, schedule };
}

describe('a plan under outages, pauses and busy hosts', () => {
  it('is on time to the millisecond without trouble', () => {
    fc.assert(
      fc.property(fc.array(planned, { minLength: 1, maxLength: 30 }), (steps) => {
        const { fired, schedule } = carryOut(
          steps.map((step) => ({ ...step, follows: false })),
          [],
        );
        expect(fired.map(({ atMs }) => atMs)).toEqual(fired.map(({ dueMs }) => dueMs));
        expect(schedule.shiftMs).toBe(0);
      }),
    );
  });

  it('never fires early, never out of order, and never later than the tolerance', () => {
    fc.assert(
      fc.property(
        fc.array(planned, { minLength: 1, maxLength: 30 }),
        fc.array(trouble, { maxLength: 8 }),
        (steps, troubles) => {
          const { fired } = carryOut(steps, troubles);
          for (const [index, { atMs, dueMs }] of fired.entries()) {
            expect(atMs).toBeGreaterThanOrEqual(dueMs);
            expect(atMs - dueMs).toBeLessThanOrEqual(policy.lateToleranceMs);
            expect(atMs).toBeGreaterThanOrEqual(fired[index - 1]?.atMs ?? -Infinity);
          }
        },
      ),
    );
  });

  it('keeps its pace: missed actions never come in a burst', () => {
    fc.assert(
      fc.property(
        fc.array(planned, { minLength: 2, maxLength: 30 }),
        fc.array(trouble, { maxLength: 8 }),
        (steps, troubles) => {
          const { fired } = carryOut(
            steps.map((step) => ({ ...step, follows: false })),
            troubles,
          );
          for (const [index, { gapMs }] of steps.entries()) {
            if (index === 0) continue;
            const pace = (fired[index]?.dueMs ?? 0) - (fired[index - 1]?.dueMs ?? 0);
            expect(pace).toBeGreaterThanOrEqual(gapMs);
          }
        },
      ),
    );
  });
});
