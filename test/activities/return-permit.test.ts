import { MockActivityEnvironment } from '@temporalio/testing';
import { failureOf, LET_GO, setUp, whenAborted } from './armed-attempt';
import { refused, succeeded } from './fake-hypervisor';

describe('the permit of a migration', () => {
  const permitId = 'p1';

  it('goes back once the migration is over, also one that was refused', async () => {
    const { hypervisor, run, released } = setUp();
    expect(await run(undefined, { permitId })).toMatchObject({ outcome: 'succeeded', permitReturned: true });
    hypervisor.onStart = () => {
      throw refused();
    };
    expect(await run(undefined, { permitId })).toMatchObject({ outcome: 'failed', permitReturned: true });
    expect(released).toEqual(['lab p1', 'lab p1']);
  });

  it('goes back before the figures of the migration are there, and only once', async () => {
    const { hypervisor, run, released } = setUp();
    hypervisor.onWatch = (_signal, onOver) => {
      onOver?.();
      expect(released).toEqual(['lab p1']);
      return Promise.resolve(succeeded(2_000));
    };
    expect(await run(undefined, { permitId })).toMatchObject({ outcome: 'succeeded', permitReturned: true });
    expect(released).toEqual(['lab p1']);
  });

  it('stays while it may still be requested', async () => {
    const { run, released } = setUp(9_000);
    expect(await run(undefined, { permitId })).toMatchObject({ outcome: 'missed' });
    expect(released).toEqual([]);
  });

  it('is left to the workflow if nobody can be told, or none is known', async () => {
    const { run } = setUp();
    expect(await run(undefined, { permitId: 'unheard' })).not.toHaveProperty('permitReturned');
    expect(await run()).not.toHaveProperty('permitReturned');
  });

  it('stays if the attempt lets go', async () => {
    const { hypervisor, run, released } = setUp();
    hypervisor.onWatch = whenAborted;
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const outcome = failureOf(run(environment, { permitId }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    environment.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
    expect(await outcome).toMatchObject(LET_GO);
    expect(released).toEqual([]);
  });
});
