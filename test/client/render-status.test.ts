import type { CampaignStatus } from '../../client/campaign-status';
import { renderCampaigns } from '../../client/render-campaigns';
import { renderStatus } from '../../client/render-status';
import { madeEnded, madeProgress, NOW_MS } from './made-progress';

const running: CampaignStatus = {
  id: 'c1',
  state: 'running',
  startedAtMs: NOW_MS - 120_000,
  endedAtMs: null,
  progress: null,
  result: null,
  failure: null,
  problems: [],
};
const armed = { actionId: 'a00005', kind: 'migrate', vm: 'g1', to: 'h2', state: 'armed', reason: null } as const;

test('says what runs, what waits and why, what comes next, and what was', () => {
  const progress = madeProgress({
    failed: 1,
    delayedMs: 12_500,
    running: [
      { ...armed, dueMs: NOW_MS - 4_000 },
      { ...armed, actionId: 'a00006', vm: 'g2', dueMs: NOW_MS + 3_000 },
      {
        ...{ ...armed, actionId: 'a00007', vm: 'g3', dueMs: NOW_MS - 2_000 },
        ...{ state: 'waiting', reason: 'h2 has 4 of 4 migrations' },
      },
    ],
    last: [
      madeEnded(),
      madeEnded({ actionId: 'a00002', outcome: 'failed', migrationMs: null, downtimeMs: null, error: 'no room on h2' }),
    ],
  });
  expect(renderStatus({ ...running, progress }, NOW_MS)).toBe(`Campaign:   c1
State:      running
Started:    2026-11-25 21:58:00 UTC, 2 min ago
Site:       lab
Actions:    3 of 10 done, 1 failed
Time zero:  2026-11-25 21:59:00 UTC, 1 min ago
Delayed:    13 s so far, by postponements and pauses
Next:       a00004 g4 to h3, due 2026-11-25 22:00:20 UTC, in 20 s
Running:
  a00005 g1 to h2: runs, requested 4 s ago
  a00006 g2 to h2: armed, fires in 3 s
Waiting:
  a00007 g3 to h2: waits: h2 has 4 of 4 migrations
Last migrations:
  a00001 g1 h1 to h2: succeeded, migration time 1.23 s, downtime by the hypervisor 41 ms, lateness 3.0 ms
  a00002 g1 h1 to h2: failed, lateness 3.0 ms, no room on h2
Results:    /results/c1
`);
});

test.each([
  [
    { paused: true },
    /State: {6}paused, running\n[^]*was due 2026-11-25 22:00:20 UTC; it moves by the length of the pause/,
  ],
  [{ next: { actionId: 'a00009', kind: 'end', text: 'end', dueMs: null } }, /when the action before it has ended/],
  [{ stop: 'policy' }, /Stops: {6}ended by its failure policy/],
  [{ stop: 'the disk is full' }, /Stops: {6}the disk is full/],
  [{ phase: 'background' as const, backgroundUntilMs: NOW_MS + 42_000 }, /Background: 42 s left/],
])('shows %j', (change, text) => {
  expect(renderStatus({ ...running, progress: madeProgress(change) }, NOW_MS)).toMatch(text);
});

test('tells the problems of a campaign that nobody can ask', () => {
  const problems = ['no worker polls the task queue "drover"; start one with "drover worker"'];
  const text = renderStatus({ ...running, problems }, NOW_MS);
  expect(text).toMatch(/State: {6}running\n/);
  expect(text).toMatch(/Problems:\n {2}no worker polls/);
});

test('tells how a campaign ended and why, every line', () => {
  const failed = {
    ...running,
    state: 'failed',
    endedAtMs: NOW_MS,
    failure: 'site lab is not ready:\nVM g9 is missing',
  };
  expect(renderStatus(failed, NOW_MS)).toBe(`Campaign:   c1
State:      failed
Started:    2026-11-25 21:58:00 UTC, 2 min ago
Ended:      2026-11-25 22:00:00 UTC, after 2 min
Why:
  site lab is not ready:
  VM g9 is missing
`);
  expect(renderCampaigns([failed, { ...running, progress: madeProgress({ paused: true }) }], NOW_MS))
    .toBe(`campaign  state   started                  for    actions  note
c1        failed  2026-11-25 21:58:00 UTC  2 min           site lab is not ready: ...
c1        paused  2026-11-25 21:58:00 UTC  2 min  3 of 10
`);
  expect(renderCampaigns([], NOW_MS)).toMatch(/no campaign was started/);
});
