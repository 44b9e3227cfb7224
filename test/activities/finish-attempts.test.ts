import { MockActivityEnvironment } from '@temporalio/testing';
import { attemptFinish } from '../../activities/finish-attempts';
import { StoreError } from '../../store/store-error';
import { FINISH } from '../../workflows/activity-profiles';

const FULL = new StoreError('disk-full', '/results/c/probes.csv', 'the disk is full', 'Free some space there');
const diskFull = () => Promise.reject(FULL);
const broken = () => Promise.reject(new Error('no such font'));

/** Attempts one after the other as Temporal makes them: each gets the last heartbeat of those before it. */
function attempts() {
  let details: unknown;
  return async (work: () => Promise<unknown>): Promise<unknown> => {
    const environment = new MockActivityEnvironment({ heartbeatDetails: details });
    environment.on('heartbeat', (given: unknown) => (details = given));
    return environment.run(() => attemptFinish(work)).catch((error: unknown) => error);
  };
}

test('a full disk is waited for without limit, and says what to do', async () => {
  const attempt = attempts();
  for (let n = 0; n < 12; n += 1)
    expect(await attempt(diskFull)).toMatchObject({
      ...{ type: 'disk-full', nonRetryable: false },
      message: `${FULL.message} The campaign waits for it and tries again every minute.`,
    });
  expect(await attempt(() => Promise.resolve('written'))).toBe('written');
});

test('whatever else fails is tried ten times, whenever disks were full in between', async () => {
  const attempt = attempts();
  for (let n = 1; n < 10; n += 1) {
    expect(await attempt(broken)).toEqual(new Error('no such font'));
    await attempt(diskFull);
  }
  expect(await attempt(broken)).toMatchObject({
    ...{ type: 'StoreFailed', nonRetryable: true },
    message: 'tables and report could not be written in 10 attempts; of the last one: no such font',
  });
});

test('an attempt counts from its beginning, so also if its worker is killed', async () => {
  let details: unknown;
  const killed = new Error('killed');
  for (let n = 0; n < 10; n += 1) {
    const environment = new MockActivityEnvironment({ heartbeatDetails: details });
    const begun = new Promise((resolve) => environment.once('heartbeat', resolve));
    const work = async () => {
      details = await begun;
      throw killed;
    };
    await environment.run(() => attemptFinish(work)).catch(() => undefined);
  }
  const environment = new MockActivityEnvironment({ heartbeatDetails: details });
  const work = jest.fn(() => Promise.resolve('written'));
  await expect(environment.run(() => attemptFinish(work))).rejects.toMatchObject({ nonRetryable: true });
  expect(work).not.toHaveBeenCalled();
});

test('its profile leaves the number of attempts to it', () => {
  expect(FINISH.retry).toBeDefined();
  expect(FINISH.retry?.maximumAttempts).toBeUndefined();
});
