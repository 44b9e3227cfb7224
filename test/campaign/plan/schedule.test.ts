import fc from 'fast-check';
import type { Action } from '../../../campaign/plan/plan';
import {
  decideLate,
  effectiveDue,
  noteEnded,
  originalDue,
  postponeAll,
  startSchedule,
} from '../../../campaign/plan/schedule';

const timed: Action = { id: 'a1', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 20_000 };
const following: Action = { id: 'a2', kind: 'migrate', vm: 'g1', to: 'h3', after: 'a1', pauseMs: 5_000 };

describe('due times', () => {
  it('count from time zero', () => {
    expect(effectiveDue(timed, startSchedule(1_000))).toBe(21_000);
  });

  it('move with every postponement, while the original stays', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000)), (delays) => {
        const schedule = delays.reduce(postponeAll, startSchedule(0));
        const sum = delays.reduce((total, delay) => total + delay, 0);
        expect(effectiveDue(timed, schedule)).toBe(20_000 + sum);
        expect(originalDue(timed, schedule)).toBe(20_000);
      }),
    );
  });

  it('of an action that follows another are unknown until that one ended', () => {
    expect(effectiveDue(following, startSchedule(0))).toBeNull();
    expect(effectiveDue(following, noteEnded(startSchedule(0), 'a1', 31_500))).toBe(36_500);
    expect(originalDue(following, startSchedule(0))).toBeNull();
  });
});

describe('decideLate', () => {
  const lead = 5_000;
  const tolerance = 5_000;

  it('runs what is within the tolerance without moving anything', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: tolerance }),
        fc.constantFrom('shift-all', 'run-now', 'skip'),
        (late, policy) => {
          expect(decideLate(0, late, policy, tolerance, lead)).toEqual({ kind: 'run', shiftMs: 0 });
        },
      ),
    );
  });

  it('never lets missed actions come in a burst: the pace of the plan survives an outage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1_000, max: 60_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (count, everyMs, outageEndMs) => {
          let schedule = startSchedule(0);
          let nowMs = outageEndMs;
          const fired: number[] = [];
          for (let step = 0; step < count; step += 1) {
            const dueMs = effectiveDue({ id: 'x', kind: 'end', dueMs: step * everyMs }, schedule) ?? 0;
            nowMs = Math.max(nowMs, dueMs - lead);
            const decision = decideLate(dueMs, nowMs, 'shift-all', tolerance, lead);
            const shiftMs = decision.kind === 'run' ? decision.shiftMs : 0;
            schedule = postponeAll(schedule, shiftMs);
            fired.push(Math.max(nowMs, dueMs + shiftMs));
          }
          const gaps = fired.slice(1).map((at, index) => at - (fired[index] ?? 0));
          expect(Math.min(...gaps)).toBeGreaterThanOrEqual(everyMs - tolerance);
        },
      ),
    );
  });

  it('skips or runs at once where the user wants that', () => {
    expect(decideLate(0, 60_000, 'skip', tolerance, lead)).toEqual({ kind: 'skip' });
    expect(decideLate(0, 60_000, 'run-now', tolerance, lead)).toEqual({ kind: 'run', shiftMs: 0 });
  });
});
