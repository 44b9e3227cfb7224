import { MockActivityEnvironment } from '@temporalio/testing';
import { systemClock } from '../../../activities/clock';
import type { Dependencies } from '../../../activities/dependencies';
import type { MigrationResult, RunMigrationInput } from '../../../activities/migration-result';
import { createRunMigration } from '../../../activities/run-migration';
import type { MigrationOptions } from '../../../hypervisors/types';
import { failure, placeOf, prepareMove, startMove, cancelAndForget, until } from './moves';
import type { SiteUnderTest } from './site-under-test';

const DEADLINE_MS = 4_000;

/** A migration that does not converge meets its deadline, and ends as its campaign wants it. */
export function deadlineTests(site: () => SiteUnderTest): void {
  async function runOverdue(onDeadline: RunMigrationInput['onDeadline'], more: MigrationOptions = {}) {
    const { hypervisor } = site();
    const options = { ...(await site().makeSlow()), ...more };
    const { intent, baseline } = await prepareMove(site(), options);
    const connection = { name: 'site', kind: 'any', emulated: true, hypervisor };
    const sites = { names: () => ['site'], connect: () => Promise.resolve(connection) };
    const runMigration = createRunMigration({ clock: systemClock, sites } as unknown as Dependencies);
    const now = systemClock.nowMs();
    const input: RunMigrationInput = {
      site: 'site',
      intent,
      baseline,
      dueMs: now,
      notAfterMs: now + 30_000,
      deadlineMs: DEADLINE_MS,
      onDeadline,
    };
    const run = async () => (await runMigration(input)) as MigrationResult;
    const result: MigrationResult = await new MockActivityEnvironment().run(run);
    await hypervisor.forgetMigration(intent);
    return { result, intent };
  }

  test('cancelled: the VM stays, and the observation is censored at the deadline', async () => {
    const { result, intent } = await runOverdue('cancel');
    expect(result).toMatchObject({ outcome: 'not-converged', migrationMs: DEADLINE_MS });
    expect(await placeOf(site().hypervisor, intent.vm)).toBe(intent.from);
  });

  test('finished with a raised downtime limit: the VM moves, and the observation is censored all the same', async () => {
    const { result, intent } = await runOverdue('raise-downtime');
    expect(result).toMatchObject({ outcome: 'not-converged', migrationMs: DEADLINE_MS });
    expect(result.error).toContain('raised downtime');
    expect(await placeOf(site().hypervisor, intent.vm)).toBe(intent.to);
  });

  test('finished by post-copy, where the migration was started with it', async () => {
    const { result, intent } = await runOverdue('post-copy', { allowPostCopy: true });
    expect(result).toMatchObject({ outcome: 'not-converged', migrationMs: DEADLINE_MS });
    expect(result.error).toContain('post-copy');
    expect(await placeOf(site().hypervisor, intent.vm)).toBe(intent.to);
  });

  test('post-copy is refused where the migration was started without it', async () => {
    const { hypervisor, quickWithinMs, vm } = site();
    const { handle, baseline } = await startMove(site(), await site().makeSlow());
    const shown = async (): Promise<boolean> =>
      (await hypervisor.runningMigrations()).some((migration) => migration.vm === vm);
    await until('it is shown', shown, quickWithinMs);
    expect((await failure(hypervisor.forceMigration(handle, 'post-copy'))).code).toBe('unsupported');
    await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
  });
}
