import type { MigrationEnded, Progress, RunningAction } from '../../campaign/contract/messages';
import { renderDetails } from '../../workflows/current-details';

const TIME_ZERO_MS = Date.UTC(2026, 10, 25, 23, 59, 0);

const ENDED: MigrationEnded = {
  ...{ actionId: 'a00001', vm: 'g1', from: 'h1', to: 'h2', outcome: 'succeeded', error: null },
  ...{ endedAtMs: TIME_ZERO_MS + 1_500, migrationMs: 1_418, downtimeMs: 51, latenessMs: null },
};

const PROGRESS: Progress = {
  ...{
    phase: 'running',
    paused: false,
    directory: '/results/evening',
    site: 'rack7',
    actionCount: 4,
    done: 1,
    failed: 0,
  },
  ...{ running: [], timeZeroMs: TIME_ZERO_MS, backgroundUntilMs: null, delayedMs: 0, last: [ENDED], stop: null },
  next: { actionId: 'a00003', kind: 'migrate', text: 'g3 to h1', dueMs: TIME_ZERO_MS + 90_000 },
};

const waiting = (actionId: string, reason: string | null): RunningAction => ({
  ...{ actionId, kind: 'migrate', vm: 'g2', to: 'h1', dueMs: TIME_ZERO_MS + 60_000, state: 'waiting', reason },
});

const render = (changes: Partial<Progress>): string => renderDetails({ progress: () => ({ ...PROGRESS, ...changes }) });

describe('renderDetails', () => {
  it('says what is done, what comes next and when, past midnight too', () => {
    expect(render({}).split('\n')).toEqual([
      '**Running** on site **rack7**: 1 of 4 actions done, none failed',
      '',
      '- Next: **a00003 migrate g3 to h1**, due 2026-11-26 00:00:30 UTC',
      '- Time zero: 2026-11-25 23:59:00 UTC',
      '- Results: `/results/evening`',
      '',
      '### Last migrations, newest first',
      '',
      '- **a00001** g1 h1 to h2: **succeeded**, migration time 1.42 s, downtime by the hypervisor 51 ms, 2026-11-25 23:59:01 UTC',
    ]);
  });

  it('says who waits and why, and what that means for the next action', () => {
    const shown = render({ running: [waiting('a00002', 'h1 runs 1 of 1 migrations: g9')], delayedMs: 12_000 });
    expect(shown).toContain(
      '- **a00002** g2 to h1, due 2026-11-26 00:00:00 UTC: waits for its permit; within the last minute: h1 runs 1 of 1 migrations: g9',
    );
    expect(shown).toContain('00:00:30 UTC at the earliest: migrations wait');
    expect(shown).toContain('- Later than planned by 12.00 s (postponements and pauses)');
  });

  it.each([
    [{ paused: true }, '**Paused (running)**', 'plus the length of the pause'],
    [{ phase: 'finishing', stop: 'abort', next: null }, '**Finishing**', 'nothing more is started'],
    [{ phase: 'done', next: null }, '**Completed**', '1 of 4 actions done'],
    [{ phase: 'done', stop: 'cancel', next: null }, '**Cancelled on request**', ''],
    [{ phase: 'done', stop: 'policy', next: null, failed: 3 }, '**Ended by its failure policy**', '3 failed'],
    [{ phase: 'done', stop: 'no room on h1', next: null }, '**Failed**', '- Why: no room on h1'],
  ] as const)('of %j begins with %s', (changes, headline, detail) => {
    const shown = render(changes);
    expect(shown.startsWith(headline)).toBe(true);
    expect(shown).toContain(detail);
  });

  it('names an action that follows another, and one whose text has its kind', () => {
    const next = { actionId: 'a00004', kind: 'add-clients', text: 'add-clients 5 x web', dueMs: null };
    expect(render({ next })).toContain('**a00004 add-clients 5 x web**, due when the action it follows has ended');
  });

  it.each([
    [0, 20, 0, 20],
    [30, 20, 10, 10],
    [15, 3, 15, 3],
    [500, 0, 20, 0],
  ])('shows at most 20 rows: %i running and %i ended', (runningCount, endedCount, shownRunning, shownEnded) => {
    const running = Array.from({ length: runningCount }, (_, index) => waiting(`w${index}`, null));
    const last = Array.from({ length: endedCount }, (_, index) => ({ ...ENDED, actionId: `e${index}` }));
    const lines = render({ running, last }).split('\n');
    expect(lines.filter((line) => line.startsWith('- **w'))).toHaveLength(shownRunning);
    expect(lines.filter((line) => line.startsWith('- **e'))).toHaveLength(shownEnded);
    const hidden = runningCount - shownRunning;
    expect(lines.includes(`${hidden} more wait or run.`)).toBe(hidden > 0);
    expect(lines.find((line) => line.startsWith('- **e'))?.startsWith(`- **e${endedCount - 1}**`) ?? true).toBe(true);
  });
});
