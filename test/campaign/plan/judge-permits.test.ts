import {
  judgePermits,
  LAST_SUBMISSION_MS,
  type JudgedPermits,
  type PermitJudgement,
  type SiteAnswer,
  type WatchMemory,
} from '../../../campaign/plan/judge-permits';
import { UNKNOWN_HOST, type ForeignMigration, type PermitRequest } from '../../../campaign/plan/permit-queue';
import { LOST_AFTER_MS } from '../../../campaign/plan/silent-hosts';

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

/** Judges a look that took no time; `more`: what is not as usual about it. */
function judge(
  memory: WatchMemory,
  holders: readonly PermitRequest[],
  running: readonly ForeignMigration[],
  closedHolders: ReadonlySet<string>,
  nowMs: number,
  more: Partial<SiteAnswer & JudgedPermits> = {},
): PermitJudgement {
  const answer = { askedAtMs: nowMs, running, unasked: [], ...more };
  return judgePermits(memory, { holders, foreign: [], ...more }, answer, closedHolders, nowMs);
}

describe('judgePermits', () => {
  it('keeps the permit of an open holder, whether its migration runs or not', () => {
    expect(judge(nothing, [holder], [], open, 1e9)).toMatchObject({ memory: nothing, lost: [], foreign: [] });
    expect(judge(nothing, [holder], [own], open, 1e9)).toMatchObject({ lost: [], foreign: [] });
  });

  it('keeps the permit of a closed holder for as long as its migration runs, and returns it at once afterwards', () => {
    const running = judge(nothing, [holder], [own], closed, 1_000);
    expect(running).toMatchObject({ lost: [], memory: { seen: ['r1'] } });
    const long = judge(running.memory, [holder], [own], closed, 1_000 + 10 * LAST_SUBMISSION_MS);
    expect(long.lost).toEqual([]);
    expect(judge(running.memory, [holder], [], closed, 3_000).lost).toEqual(['r1']);
  });

  it('keeps the permit of a closed holder whose armed activity may still submit', () => {
    const first = judge(nothing, [holder], [], closed, 1_000);
    expect(first).toMatchObject({ lost: [], memory: { closedSinceMs: { r1: 1_000 } } });
    const last = judge(first.memory, [holder], [], closed, 1_000 + LAST_SUBMISSION_MS);
    expect(last).toMatchObject({ lost: [], memory: { closedSinceMs: { r1: 1_000 } } });
    const over = judge(last.memory, [holder], [], closed, 1_001 + LAST_SUBMISSION_MS);
    expect(over.lost).toEqual(['r1']);
  });

  it('calls foreign what no permit is for', () => {
    const others = [
      { vm: 'g1', from: 'h3', to: 'h2' },
      { vm: 'g9', from: 'h1' },
    ];
    expect(judge(nothing, [holder], [own, ...others], open, 1).foreign).toEqual(others);
  });

  it('forgets holders that hold no more', () => {
    const memory = { seen: ['r1', 'r0'], closedSinceMs: { r0: 1 } };
    expect(judge(memory, [holder], [], open, 5).memory).toMatchObject({ seen: ['r1'], closedSinceMs: {} });
  });

  it('does not take the missing answer of its source for the end of a migration, however long it is missing', () => {
    const running = judge(nothing, [holder], [own], closed, 1_000);
    const silent = judge(running.memory, [holder], [], closed, 3_000, { unasked: ['h1'] });
    expect(silent).toMatchObject({ lost: [], memory: { seen: ['r1'], closedSinceMs: { r1: 1_000 } } });
    const long = judge(silent.memory, [holder], [], closed, 3_000 + 10 * LAST_SUBMISSION_MS, { unasked: ['h1'] });
    expect(long.lost).toEqual([]);
    // Its source tells of a migration; the target's answer is not needed.
    expect(judge(silent.memory, [holder], [], closed, 5_000, { unasked: ['h2'] }).lost).toEqual(['r1']);
  });

  it('keeps the permit of one that was never seen while its source is silent, too', () => {
    const first = judge(nothing, [holder], [], closed, 1_000);
    const atMs = 2_000 + LAST_SUBMISSION_MS;
    expect(judge(first.memory, [holder], [], closed, atMs, { unasked: ['h1'] }).lost).toEqual([]);
    expect(judge(first.memory, [holder], [], closed, atMs).lost).toEqual(['r1']);
  });

  it('counts from when the hypervisor was asked: while a host kept it waiting an armed activity may have submitted', () => {
    const first = judge(nothing, [holder], [], closed, 1_000);
    const atMs = 2_000 + LAST_SUBMISSION_MS;
    expect(judge(first.memory, [holder], [], closed, atMs, { askedAtMs: atMs - 10_000 }).lost).toEqual([]);
  });

  it('goes on to count what others had running from a host that is silent now, unless it shows elsewhere', () => {
    const hidden = { vm: 'g9', from: 'h3', to: 'h2' };
    const foreign = [hidden, { vm: 'g8', from: 'h4' }];
    expect(judge(nothing, [holder], [own], open, 1, { foreign, unasked: ['h3'] }).foreign).toEqual([hidden]);
    expect(judge(nothing, [holder], [own], open, 1, { foreign }).foreign).toEqual([]);
    const elsewhere = { vm: 'g9', from: 'h2' };
    expect(judge(nothing, [holder], [elsewhere], open, 1, { foreign, unasked: ['h3'] }).foreign).toEqual([elsewhere]);
    const own9 = { ...holder, vm: 'g9', from: 'h3' };
    expect(judge(nothing, [own9], [], open, 1, { foreign, unasked: ['h3'] }).foreign).toEqual([]);
  });

  it('neither keeps a permit nor counts a migration for a source that is given up for lost', () => {
    const foreign = [{ vm: 'g9', from: 'h1', to: 'h3' }];
    const memory = { ...nothing, silent: { sinceMs: { h1: 0 }, askedAtMs: LOST_AFTER_MS } };
    const more = { foreign, unasked: ['h1'] };
    const waits = judge(memory, [holder], [], closed, LOST_AFTER_MS, more);
    expect(waits).toMatchObject({ lost: [], foreign });
    const lost = judge(waits.memory, [holder], [], closed, LOST_AFTER_MS + LAST_SUBMISSION_MS + 1, more);
    expect(lost).toMatchObject({ lost: ['r1'], foreign: [] });
  });

  it('knows its own migration by its target alone, where the source is silent', () => {
    const seen = { vm: 'g1', from: UNKNOWN_HOST, to: 'h2' };
    const elsewhere = { vm: 'g1', from: UNKNOWN_HOST, to: 'h3' };
    const judged = judge(nothing, [holder], [seen, elsewhere], closed, 1, { unasked: ['h1'] });
    expect(judged).toMatchObject({ lost: [], foreign: [elsewhere], memory: { seen: ['r1'] } });
  });
});
