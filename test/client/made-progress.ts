import type { MigrationEnded, Progress } from '../../campaign/contract/messages';

/** 2026-11-25 22:00:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 25, 22);

/** A migration that succeeded, with what a test changes. */
export function madeEnded(change: Partial<MigrationEnded> = {}): MigrationEnded {
  const hosts = { vm: 'g1', from: 'h1', to: 'h2' };
  const figures = { migrationMs: 1_234, downtimeMs: 41.2, latenessMs: 3.04, error: null };
  return { actionId: 'a00001', endedAtMs: NOW_MS, outcome: 'succeeded', ...hosts, ...figures, ...change };
}

/** A campaign in the middle of its plan, with what a test changes. */
export function madeProgress(change: Partial<Progress> = {}): Progress {
  return {
    phase: 'running',
    paused: false,
    directory: '/results/c1',
    site: 'lab',
    actionCount: 10,
    done: 3,
    failed: 0,
    running: [],
    next: { actionId: 'a00004', kind: 'migrate', text: 'g4 to h3', dueMs: NOW_MS + 20_000 },
    timeZeroMs: NOW_MS - 60_000,
    backgroundUntilMs: NOW_MS - 60_000,
    delayedMs: 0,
    last: [],
    stop: null,
    ...change,
  };
}
