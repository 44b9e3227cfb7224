import { MockActivityEnvironment } from '@temporalio/testing';
import { HypervisorError } from '../../hypervisors/types';
import { handle, later, setUp } from './armed-attempt';
import { succeeded } from './fake-hypervisor';

describe('a deadline', () => {
  it('calls one not converged that an earlier attempt cancelled at its deadline', async () => {
    const { hypervisor, run } = setUp(9_000);
    const cancelled = { state: 'cancelled', code: 'cancelled', message: 'by client', figures: {} } as const;
    const end = { ...cancelled, finishedAtMs: 3_300, provenance: 'recovered' } as const;
    hypervisor.evidence = [{ state: 'ended', end, requestedAtMs: 1_200 }];
    expect(await run(later(), { deadlineMs: 2_000 })).toMatchObject({ outcome: 'not-converged', migrationMs: 2_000 });
    hypervisor.evidence = [{ state: 'ended', end, requestedAtMs: 1_200 }];
    expect(await run(later(), { deadlineMs: 20_000 })).toMatchObject({ outcome: 'cancelled', migrationMs: null });
  });

  it('cancels at the deadline and calls it not converged', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onWatch = () =>
      new Promise((resolve) => {
        const cancelled = { state: 'cancelled', code: 'cancelled', message: 'cancelled by client' } as const;
        hypervisor.api.cancelMigration = () => {
          resolve({ ...cancelled, finishedAtMs: 4_000, provenance: 'observed', figures: {} });
          return Promise.resolve();
        };
      });
    expect(await run(undefined, { deadlineMs: 20 })).toMatchObject({ outcome: 'not-converged', migrationMs: 20 });
  });

  it('is met by what ended in time, however late the word of it comes', async () => {
    const { hypervisor, clock, run } = setUp();
    hypervisor.onWatch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      clock.set(2_000);
      return succeeded(1_019);
    };
    expect(await run(undefined, { deadlineMs: 20 })).toMatchObject({ outcome: 'succeeded', migrationMs: 19 });
  });

  it('is over once the hypervisor says that the migration is', async () => {
    const { hypervisor, run } = setUp();
    hypervisor.onWatch = async (_signal, onOver) => {
      onOver?.();
      await new Promise((resolve) => setTimeout(resolve, 60));
      return succeeded(1_019);
    };
    expect(await run(undefined, { deadlineMs: 20 })).toMatchObject({ outcome: 'succeeded' });
    expect(hypervisor.cancelled).toBe(0);
  });
});

describe('cancelling', () => {
  it('is cancelled while armed without submitting', async () => {
    const { hypervisor, clock, run } = setUp();
    clock.held = true;
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const running = run(environment);
    await new Promise((resolve) => setImmediate(resolve));
    environment.cancel('CANCELLED', { cancelRequested: true } as never);
    expect(await running).toMatchObject({ outcome: 'cancelled', requestedAtMs: null });
    expect(hypervisor.submitted).toEqual([]);
  });

  const onlyCancel = true;

  it('of what another attempt had begun watches it to its end', async () => {
    const { hypervisor, run } = setUp(2_000);
    hypervisor.evidence = [{ state: 'running', handle }];
    hypervisor.onWatch = () => {
      expect(hypervisor.cancelled).toBe(1);
      const cancelled = { state: 'cancelled', code: 'cancelled', message: 'cancelled by client' } as const;
      return Promise.resolve({ ...cancelled, finishedAtMs: 4_000, provenance: 'observed', figures: {} });
    };
    const result = await run(undefined, { onlyCancel });
    expect(result).toMatchObject({ outcome: 'cancelled', requestedAtMs: 500, finishedAtMs: 4_000 });
    expect(hypervisor.submitted).toEqual([]);
  });

  it('is asked for again while the hypervisor does not answer', async () => {
    const { hypervisor, run } = setUp(2_000);
    hypervisor.evidence = [{ state: 'running', handle }];
    let asked = 0;
    let heard: () => void = () => undefined;
    hypervisor.api.cancelMigration = async () => {
      asked += 1;
      if (asked < 3) throw new HypervisorError('timeout', 'libvirtd on h1 did not answer.', true, 'Wait.');
      heard();
      return Promise.resolve();
    };
    hypervisor.onWatch = async () => {
      await new Promise<void>((resolve) => (heard = resolve));
      const cancelled = { state: 'cancelled', code: 'cancelled', message: 'cancelled by client' } as const;
      return { ...cancelled, finishedAtMs: 4_000, provenance: 'observed', figures: {} };
    };
    expect(await run(undefined, { onlyCancel })).toMatchObject({ outcome: 'cancelled' });
    expect(asked).toBe(3);
  });

  it('of what has ended meanwhile tells how it ended', async () => {
    const { hypervisor, run } = setUp(9_000);
    hypervisor.evidence = [{ state: 'ended', end: succeeded(3_000, 'recovered'), requestedAtMs: 1_200 }];
    expect(await run(later(), { onlyCancel })).toMatchObject({ outcome: 'succeeded', migrationMs: 1_800 });
  });

  it('of what nobody began waits until nobody can, and submits nothing', async () => {
    const { hypervisor, clock, run } = setUp();
    expect(await run(undefined, { onlyCancel })).toMatchObject({ outcome: 'cancelled', requestedAtMs: null });
    expect(clock.nowMs()).toBe(6_000 + 15_000);
    expect(hypervisor.looks).toBe(2);
    expect(hypervisor.submitted).toEqual([]);
  });
});

describe('a move whose marker is gone', () => {
  const logged = (requestedAtMs: number) => {
    const end = {
      state: 'succeeded',
      finishedAtMs: requestedAtMs + 3_000,
      provenance: 'recovered',
      figures: {},
    } as const;
    return { state: 'none', marker: 'absent', arrived: true, logged: { requestedAtMs, end } } as const;
  };

  it('is the one that was asked for, if it began when only that request could arrive', async () => {
    const { hypervisor, run } = setUp(60_000);
    hypervisor.evidence = [logged(1_400)];
    const recovered = { requestedAtMs: 1_400, finishedAtMs: 4_400, migrationMs: 3_000, provenance: 'recovered' };
    expect(await run(later())).toMatchObject({ outcome: 'succeeded', ...recovered });
    expect(hypervisor.submitted).toEqual([]);
  });

  it.each([-1_500, 40_000])('is not known to be if it began at %i', async (requestedAtMs) => {
    const { hypervisor, run } = setUp(60_000);
    hypervisor.evidence = [logged(requestedAtMs)];
    expect(await run(later())).toMatchObject({ outcome: 'failed', requestedAtMs: null });
  });
});
