import { endedResult, judgedByDeadline, neverResult } from '../../activities/judge-result';
import type { MigrationEnd } from '../../hypervisors/types';

const REQUESTED = 1_800_000_000_000;
const attempted = { armedAtMs: REQUESTED - 5_000, attempts: 2 };
const end: MigrationEnd = {
  ...{ state: 'succeeded', figures: { downtimeMs: 80 } },
  ...{ finishedAtMs: REQUESTED + 4_000, provenance: 'observed' },
};
const cancelled: MigrationEnd = { ...end, state: 'cancelled', code: 'cancelled', message: 'by a user' };
const ended = endedResult(end, REQUESTED, 'observed', attempted);

test('a migration that was seen from its request to its success has a time', () => {
  expect(ended).toMatchObject({
    ...attempted,
    outcome: 'succeeded',
    error: null,
    migrationMs: 4_000,
    provenance: 'observed',
  });
});

test('it is recovered if one of its ends is; without a request, or without success, it has no time', () => {
  expect(endedResult(end, REQUESTED, 'recovered', attempted).provenance).toBe('recovered');
  expect(endedResult({ ...end, provenance: 'recovered' }, REQUESTED, 'observed', attempted).provenance).toBe(
    'recovered',
  );
  expect(endedResult(end, null, 'recovered', attempted).migrationMs).toBeNull();
  const { error, migrationMs } = endedResult(cancelled, REQUESTED, 'observed', attempted);
  expect({ error, migrationMs }).toEqual({ error: 'cancelled: by a user', migrationMs: null });
});

test('one that began late enough to miss its deadline did not converge, whatever ended it', () => {
  const deadline = { overdue: 'not finished after 3000 ms: cancelled', deadlineMs: 3_000, cancelWanted: false };
  const late = { outcome: 'not-converged', error: deadline.overdue, migrationMs: 3_000 };
  expect(judgedByDeadline(ended, deadline)).toMatchObject(late);
  const gone = endedResult(cancelled, REQUESTED, 'observed', attempted);
  expect(judgedByDeadline(gone, deadline)).toMatchObject(late);
  expect(judgedByDeadline(gone, { ...deadline, cancelWanted: true })).toBe(gone);
});

test('one that was in time keeps its outcome, and so does one that failed', () => {
  const deadline = { overdue: 'not finished after 9000 ms: cancelled', deadlineMs: 9_000, cancelWanted: false };
  expect(judgedByDeadline(ended, deadline)).toBe(ended);
  expect(judgedByDeadline(ended, { ...deadline, deadlineMs: 3_000, overdue: null })).toBe(ended);
  const failed = neverResult('failed', 'its host is gone', attempted);
  expect(judgedByDeadline(failed, deadline)).toBe(failed);
});
