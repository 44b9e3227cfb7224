import { describeUnpolled } from '../../client/find-workers';
import { pendingProblems } from '../../client/pending-problems';

test('tells of activities that failed and are tried again, and of no others', () => {
  const pendingActivities = [
    { activityType: { name: 'preflight' }, attempt: 4, lastFailure: { message: 'no SSH connection to h1' } },
    { activityType: { name: 'runMigration' }, attempt: 1, lastFailure: null },
  ];
  expect(pendingProblems({ pendingActivities })).toEqual([
    'preflight is tried again (attempt 4): no SSH connection to h1',
  ]);
  expect(pendingProblems({})).toEqual([]);
});

test('says which worker is missing', () => {
  expect(describeUnpolled([])).toBeNull();
  expect(describeUnpolled(['drover', 'drover-lab'])).toMatch(/queues "drover", "drover-lab"; .*"drover worker"$/);
  expect(describeUnpolled(['drover-lab'])).toMatch(/queue "drover-lab"; .*--site-file/);
});
