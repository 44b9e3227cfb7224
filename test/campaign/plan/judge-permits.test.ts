import { judgePermits, LAST_SUBMISSION_MS, type WatchMemory } from '../../../campaign/plan/judge-permits';
import type { PermitRequest } from '../../../campaign/plan/permit-queue';

const nothing: WatchMemory = { seen: [], closedSinceMs: {} };
const holder: PermitRequest = {
  requestId: 'r1',
  holder: 'w1',
  campaignId: 'a',
  actionId: '1',
  vm: 'g1',
  from: 'h1',
  to: 'h2',
  atMs: 0,
  limitPerHost: null,
};
const own = { vm: 'g1', from: 'h1', to: 'h2' };
const closed = new Set(['w1']);
const open = new Set<string>();

describe('judgePermits', () => {
  it('keeps the permit of an open holder, whether its migration runs or not', () => {
    expect(judgePermits(nothing, [holder], [], open, 1e9)).toEqual({ memory: nothing, lost: [], foreign: [] });
    expect(judgePermits(nothing, [holder], [own], open, 1e9)).toMatchObject({ lost: [], foreign: [] });
  });

  it('keeps the permit of a closed holder for as long as its migration runs, and returns it at once afterwards', () => {
    const running = judgePermits(nothing, [holder], [own], closed, 1_000);
    expect(running).toMatchObject({ lost: [], memory: { seen: ['r1'] } });
    const long = judgePermits(running.memory, [holder], [own], closed, 1_000 + 10 * LAST_SUBMISSION_MS);
    expect(long.lost).toEqual([]);
    expect(judgePermits(running.memory, [holder], [], closed, 3_000).lost).toEqual(['r1']);
  });

  it('keeps the permit of a closed holder whose armed activity may still submit', () => {
    const first = judgePermits(nothing, [holder], [], closed, 1_000);
    expect(first).toMatchObject({ lost: [], memory: { closedSinceMs: { r1: 1_000 } } });
    const last = judgePermits(first.memory, [holder], [], closed, 1_000 + LAST_SUBMISSION_MS);
    expect(last).toMatchObject({ lost: [], memory: { closedSinceMs: { r1: 1_000 } } });
    const over = judgePermits(last.memory, [holder], [], closed, 1_001 + LAST_SUBMISSION_MS);
    expect(over.lost).toEqual(['r1']);
  });

  it('calls foreign what no permit is for', () => {
    const others = [
      { vm: 'g1', from: 'h3', to: 'h2' },
      { vm: 'g9', from: 'h1' },
    ];
    expect(judgePermits(nothing, [holder], [own, ...others], open, 1).foreign).toEqual(others);
  });

  it('forgets holders that hold no more', () => {
    const memory = { seen: ['r1', 'r0'], closedSinceMs: { r0: 1 } };
    expect(judgePermits(memory, [holder], [], open, 5).memory).toEqual({ seen: ['r1'], closedSinceMs: {} });
  });
});
