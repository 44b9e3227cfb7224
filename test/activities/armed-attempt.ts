import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../activities/dependencies';
import type { RunMigrationInput } from '../../activities/migration-result';
import { createRunMigration } from '../../activities/run-migration';
import type { MigrationEnd } from '../../hypervisors/types';
import { FakeClock, FakeHypervisor } from './fake-hypervisor';

export const intent = { id: 'i1', vm: 'g1', from: 'h1', to: 'h2', options: {} };
/** One decision, due after a second. */
export const input: RunMigrationInput = {
  site: 'lab',
  intent,
  baseline: { takenAtMs: 0, host: 'h1', evidence: {} },
  dueMs: 1_000,
  notAfterMs: 6_000,
  deadlineMs: null,
  onDeadline: 'cancel',
};
/** Of one that runs already. */
export const handle = { intent, requestedAtMs: 500, provenance: 'recovered', reference: {} } as const;

/** An armed activity beside a fake hypervisor and a clock that does not go by itself. */
export function setUp(nowMs = 0) {
  const hypervisor = new FakeHypervisor();
  const clock = new FakeClock(nowMs);
  const released: string[] = [];
  const workflows = {
    releasePermit: (site: string, { requestId }: { requestId: string }) => {
      released.push(`${site} ${requestId}`);
      return requestId === 'unheard' ? Promise.reject(new Error('no server')) : Promise.resolve();
    },
  };
  const dependencies = { ...hypervisor.dependencies(clock), workflows } as unknown as Dependencies;
  const runMigration = createRunMigration(dependencies);
  const run = (environment = new MockActivityEnvironment({ attempt: 1 }), changed: Partial<RunMigrationInput> = {}) =>
    environment.run(runMigration, { ...input, ...changed });
  return { hypervisor, clock, run, released };
}

/** The environment of a second attempt. */
export const later = () => new MockActivityEnvironment({ attempt: 2 });
export const LET_GO = { message: 'this attempt let go of the migration; a later one goes on with it' };
export const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

/** A watch that only ends by being given up. */
export const whenAborted = (signal: AbortSignal) =>
  new Promise<MigrationEnd>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('no longer watching'))),
  );
