import { MockActivityEnvironment } from '@temporalio/testing';
import { HypervisorError } from '../../hypervisors/types';
import { failureOf, handle, input, intent, later, LET_GO, setUp, whenAborted } from './armed-attempt';
import { refused, succeeded, taken } from './fake-hypervisor';

describe('runMigration', () => {
  it('fires at the due time and reports what it saw', async () => {
    const { hypervisor, clock, run } = setUp();
    const result = await run();
    expect(clock.nowMs()).toBe(1_000);
    expect(hypervisor.submitted).toEqual([intent]);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      migrationMs: 1_000,
      requestedAtMs: 1_000,
      finishedAtMs: 2_000,
      provenance: 'observed',
    });
  });

  it('adopts a migration that runs already and never submits a second one', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [{ state: 'running', handle }];
    expect(await run()).toMatchObject({ outcome: 'succeeded', migrationMs: 1_500, provenance: 'recovered' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('takes over one that ended meanwhile, its times from the records', async () => {
    const { hypervisor, run } = setUp(9_000);
    hypervisor.evidence = [{ state: 'ended', end: succeeded(3_000, 'recovered'), requestedAtMs: 1_200 }];
    expect(await run(later())).toMatchObject({ outcome: 'succeeded', migrationMs: 1_800, provenance: 'recovered' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('waits for a marked submission to show before it says anything', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [
      { state: 'none', marker: 'set' },
      { state: 'none', marker: 'begun' },
      { state: 'running', handle },
    ];
    expect(await run()).toMatchObject({ outcome: 'succeeded' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('fails one that has begun but never shows, says that nobody knows, and does not submit it again', async () => {
    const { hypervisor, clock, run } = setUp();
    hypervisor.api.findMigration = () => Promise.resolve({ state: 'none', marker: 'begun' });
    const unknown = expect.stringMatching(/is not known.*"drover retry" makes a new intent/) as string;
    expect(await run()).toMatchObject({ outcome: 'failed', requestedAtMs: null, error: unknown });
    expect(clock.nowMs()).toBeGreaterThan(15_000);
    expect(hypervisor.submitted).toEqual([]);
  });

  it('gives one up that has not begun after a request timeout, for a new intent', async () => {
    const { hypervisor, clock, run } = setUp();
    let marker: 'set' | 'void' = 'set';
    hypervisor.api.findMigration = () => Promise.resolve({ state: 'none', marker });
    hypervisor.api.voidMarker = () => {
      expect(clock.nowMs()).toBeGreaterThan(15_000);
      marker = 'void';
      return Promise.resolve(true);
    };
    expect(await run()).toMatchObject({ outcome: 'missed', requestedAtMs: null });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('adopts one that began at the very moment it was to be given up', async () => {
    const { hypervisor, run } = setUp();
    const marked = Array.from({ length: 17 }, () => ({ state: 'none', marker: 'set' }) as const);
    hypervisor.evidence = [...marked, { state: 'none', marker: 'begun' }, { state: 'running', handle }];
    hypervisor.voided = [false];
    expect(await run()).toMatchObject({ outcome: 'succeeded', provenance: 'recovered' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('watches what an earlier attempt had submitted, also if a restart of the source took the marker', async () => {
    const { hypervisor, run } = setUp(9_000);
    const heartbeatDetails = { armedAtMs: 900, handle: { ...handle, requestedAtMs: 1_100, provenance: 'observed' } };
    const result = await run(new MockActivityEnvironment({ attempt: 2, heartbeatDetails }));
    expect(result).toMatchObject({ outcome: 'succeeded', requestedAtMs: 1_100, provenance: 'recovered' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('tells the next attempt at once what it has submitted', async () => {
    const { run } = setUp();
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    await run(environment);
    expect(beats).toMatchObject([{ handle: { intent, requestedAtMs: 1_000 } }]);
  });

  it('does not say who moved a VM that has arrived without a record, if an earlier attempt may have', async () => {
    const { hypervisor, run } = setUp(9_000);
    hypervisor.evidence = [{ state: 'none', marker: 'absent', arrived: true }];
    const unknown = expect.stringMatching(/is not known: g1 is on h2 now/) as string;
    expect(await run(later())).toMatchObject({ outcome: 'failed', requestedAtMs: null, error: unknown });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('does not submit an intent that another attempt gave up', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [{ state: 'none', marker: 'void' }];
    expect(await run()).toMatchObject({ outcome: 'missed' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('submits at once in a first attempt whose time has come, and looks only if it is refused', async () => {
    const { hypervisor, run } = setUp(1_500);
    expect(await run()).toMatchObject({ outcome: 'succeeded', provenance: 'observed' });
    expect(hypervisor.looks).toBe(0);
    const again = setUp(1_500);
    again.hypervisor.evidence = [{ state: 'running', handle }];
    again.hypervisor.onStart = () => {
      throw taken();
    };
    expect(await again.run()).toMatchObject({ outcome: 'succeeded', migrationMs: 1_500, provenance: 'recovered' });
  });

  it('always looks first in a later attempt', async () => {
    const { hypervisor, run } = setUp(1_500);
    hypervisor.evidence = [{ state: 'running', handle }];
    expect(await run(later())).toMatchObject({ provenance: 'recovered' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it.each(['onPrepare', 'onStart'] as const)('asks for a new baseline if the VM has left (%s)', async (when) => {
    const { hypervisor, run } = setUp();
    hypervisor[when] = () => {
      throw new HypervisorError('stale', 'g1 left h1', false, 'look it up again');
    };
    expect(await run()).toEqual({ outcome: 'stale', error: 'g1 left h1' });
  });

  it('adopts its own migration that made the baseline stale', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [
      { state: 'none', marker: 'absent' },
      { state: 'ended', end: succeeded(3_000, 'recovered'), requestedAtMs: 1_200 },
    ];
    hypervisor.onPrepare = () => {
      throw new HypervisorError('stale', 'g1 left h1', false, 'look it up again');
    };
    expect(await run()).toMatchObject({ outcome: 'succeeded', migrationMs: 1_800 });
  });

  it('never submits after notAfter', async () => {
    const { hypervisor, run } = setUp(6_001);
    expect(await run()).toMatchObject({ outcome: 'missed', migrationMs: null });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('tells the hypervisor until when it may take the request', async () => {
    const { hypervisor, run } = setUp();
    await run();
    expect(hypervisor.acceptedUntilMs).toBe(16_000);
  });

  it('looks again before it says missed, when no request of another attempt can be on its way any more', async () => {
    const { hypervisor, clock, run } = setUp(6_001);
    hypervisor.evidence = [{ state: 'running', handle }];
    expect(await run()).toMatchObject({ outcome: 'succeeded', provenance: 'recovered' });
    expect(clock.nowMs()).toBe(21_000);
    expect(hypervisor.submitted).toEqual([]);
  });

  it('adopts what another attempt submitted between its look and its call', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [
      { state: 'none', marker: 'absent' },
      { state: 'running', handle },
    ];
    hypervisor.onStart = () => {
      throw taken();
    };
    expect(await run()).toMatchObject({ outcome: 'succeeded', migrationMs: 1_500, provenance: 'recovered' });
  });

  it('adopts what another attempt has finished before the VM could be looked up', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.evidence = [
      { state: 'none', marker: 'absent' },
      { state: 'ended', end: succeeded(3_000, 'recovered'), requestedAtMs: 1_200 },
    ];
    hypervisor.onPrepare = () => {
      throw new HypervisorError('bad-state', 'g1 is on h2, not on h1.', false, 'correct the placement');
    };
    expect(await run()).toMatchObject({ outcome: 'succeeded', migrationMs: 1_800 });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('lets the next attempt look when a marker was there and is gone', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onStart = () => {
      throw taken();
    };
    await expect(run()).rejects.not.toMatchObject({ nonRetryable: true });
  });

  it('lets the next attempt look when the reply was lost', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onStart = () => {
      throw new HypervisorError('unreachable', 'no whole answer', true, 'look for its effect');
    };
    await expect(run()).rejects.toMatchObject({ nonRetryable: false });
    hypervisor.evidence = [{ state: 'running', handle }];
    expect(await run(later())).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(hypervisor.submitted).toHaveLength(1);
  });

  it('gives up on hypervisors that are silent for half an hour, over all attempts, and says that nobody knows', async () => {
    const { hypervisor, clock, run } = setUp(9_000);
    const told = (askedAtMs: number) => ({
      handle: { ...handle, requestedAtMs: 1_100 },
      silent: { sinceMs: { hosts: 2_000 }, askedAtMs },
    });
    hypervisor.api.findMigration = () =>
      Promise.reject(new HypervisorError('unreachable', 'h1 does not answer', true, 'is it up?'));
    const attempt = (askedAtMs = clock.nowMs() - 60_000) =>
      run(new MockActivityEnvironment({ attempt: 3, heartbeatDetails: told(askedAtMs) }));
    clock.set(2_000 + 30 * 60_000);
    await expect(attempt()).rejects.toMatchObject({ nonRetryable: false });
    clock.set(2_001 + 30 * 60_000);
    // Nobody asked for long, as there was no worker.
    await expect(attempt(clock.nowMs() - 180_000)).rejects.toMatchObject({ nonRetryable: false });
    const unknown = expect.stringMatching(
      /is not known: for 30 minutes h1 and h2 .*: h1 does not answer; "drover retry"/,
    ) as string;
    expect(await attempt()).toMatchObject({ outcome: 'failed', requestedAtMs: 1_100, error: unknown });
  });

  it('counts silence from the last answer, and tells the next attempt when that was', async () => {
    const { hypervisor, clock, run } = setUp(9_000);
    hypervisor.evidence = [{ state: 'running', handle }];
    hypervisor.onWatch = () => {
      clock.set(5_000_000);
      return Promise.reject(new HypervisorError('unreachable', 'h1 does not answer', true, 'is it up?'));
    };
    const silent = { sinceMs: { hosts: 2_000 }, askedAtMs: 8_000 };
    const environment = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: { silent } });
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    await expect(run(environment)).rejects.toMatchObject({ nonRetryable: false });
    expect(beats).toMatchObject([
      { silent: { sinceMs: { hosts: 2_000 }, askedAtMs: 9_000 } },
      { silent: { sinceMs: {}, askedAtMs: 5_000_000 } },
    ]);
  });

  it('leaves a migration to the next attempt when it is stopped, whatever the driver then says', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onWatch = (signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () =>
          reject(new HypervisorError('protocol', 'cut off in the middle', false, 'report it')),
        ),
      );
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const running = run(environment);
    const outcome = failureOf(running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    environment.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
    expect(await outcome).toMatchObject(LET_GO);
  });

  it('judges a no-op by the baseline', async () => {
    const { hypervisor, run } = setUp();
    expect(await run(undefined, { baseline: { ...input.baseline, host: 'h2' } })).toMatchObject({ outcome: 'no-op' });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('keeps a refusal as a failed migration with its reason', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onStart = () => {
      throw refused();
    };
    expect(await run()).toMatchObject({
      outcome: 'failed',
      requestedAtMs: 1_000,
      error: 'h2 lacks a CPU feature of g1 (use a common CPU model)',
    });
  });

  it('lets go when the worker stops, and leaves the migration alone', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onWatch = whenAborted;
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const running = run(environment);
    const outcome = failureOf(running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    environment.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
    expect(await outcome).toMatchObject(LET_GO);
    expect(hypervisor.cancelled).toBe(0);
  });

  it('ends an older attempt of the same process before a newer one looks', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onWatch = whenAborted;
    const older = run(new MockActivityEnvironment({ attempt: 1 }));
    const olderEnded = failureOf(older);
    await new Promise((resolve) => setTimeout(resolve, 20));
    hypervisor.onWatch = () => Promise.resolve(succeeded(2_000));
    hypervisor.evidence = [{ state: 'running', handle }];
    expect(await run(later())).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(await olderEnded).toMatchObject(LET_GO);
    expect(hypervisor.submitted).toHaveLength(1);
  });
});
