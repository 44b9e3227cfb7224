import fc from 'fast-check';
import type { Action } from '../../../campaign/plan/plan';
import {
  effectiveDue,
  noteEnded,
  noteStarted,
  originalDue,
  pausePlan,
  postponeAfter,
  postponeAll,
  resumePlan,
  startSchedule,
} from '../../../campaign/plan/schedule';

const timed: Action = { id: 'a1', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 20_000 };
const following: Action = { id: 'a2', kind: 'migrate', vm: 'g1', to: 'h3', after: 'a1', pauseMs: 5_000 };
const delays = fc.array(fc.nat(1_000_000));
const delayBy = (schedule: ReturnType<typeof startSchedule>, all: readonly number[]) =>
  all.reduce(postponeAll, schedule);
const sum = (all: readonly number[]): number => all.reduce((total, delay) => total + delay, 0);

describe('due times', () => {
  it('count from time zero', () => {
    expect(effectiveDue(timed, startSchedule(1_000))).toBe(21_000);
  });

  it('move with every postponement, while the original stays', () => {
    fc.assert(
      fc.property(delays, (all) => {
        const schedule = delayBy(startSchedule(0), all);
        expect(effectiveDue(timed, schedule)).toBe(20_000 + sum(all));
        expect(originalDue(timed, schedule)).toBe(20_000);
      }),
    );
  });

  it('of an action that follows another are unknown until that one ended', () => {
    expect(effectiveDue(following, startSchedule(0))).toBeNull();
    expect(effectiveDue(following, noteEnded(startSchedule(0), 'a1', 31_500, 1))).toBe(36_500);
    expect(originalDue(following, startSchedule(0))).toBeNull();
  });

  it('of an action that follows another move only with delays after that end', () => {
    fc.assert(
      fc.property(delays, delays, (before, after) => {
        const ended = noteEnded(delayBy(startSchedule(0), before), 'a1', 31_500, 1);
        expect(effectiveDue(following, delayBy(ended, after))).toBe(36_500 + sum(after));
      }),
    );
  });
});

describe('a pause', () => {
  it('moves everything by its length', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (at, length) => {
        const schedule = resumePlan(pausePlan(startSchedule(0), at), at + length);
        expect(effectiveDue(timed, schedule)).toBe(20_000 + length);
      }),
    );
  });

  it('counts once, however often it is asked for', () => {
    const schedule = resumePlan(pausePlan(pausePlan(startSchedule(0), 1_000), 5_000), 9_000);
    expect(resumePlan(schedule, 20_000).shiftMs).toBe(8_000);
  });

  it('gives an action that follows one which ended in it its whole pause after the end of the pause', () => {
    const paused = pausePlan(startSchedule(0), 10_000);
    const schedule = resumePlan(noteEnded(paused, 'a1', 12_000, 1), 60_000);
    expect(effectiveDue(following, schedule)).toBe(12_000 + 5_000 + 48_000);
  });
});

describe('postponeAfter', () => {
  it('is one delay for all that waited together', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1 }), (all) => {
        const schedule = all.reduce((so, delay) => postponeAfter(so, 0, delay), startSchedule(0));
        expect(schedule.shiftMs).toBe(Math.max(...all));
      }),
    );
  });

  it('adds to what came before the action was started', () => {
    expect(postponeAfter(postponeAll(startSchedule(0), 700), 700, 300).shiftMs).toBe(1_000);
  });
});

describe('ends', () => {
  it('are kept until their last follower was started', () => {
    const ended = noteEnded(startSchedule(0), 'a1', 31_500, 2);
    const once = noteStarted(ended, following);
    expect(effectiveDue(following, once)).toBe(36_500);
    expect(noteStarted(once, following).ended).toEqual({});
  });

  it('are not kept where nothing follows', () => {
    expect(noteEnded(startSchedule(0), 'a1', 31_500, 0).ended).toEqual({});
  });
});
