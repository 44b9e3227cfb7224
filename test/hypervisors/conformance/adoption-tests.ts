import type { Hypervisor } from '../../../hypervisors/types';
import { cancelAndForget, failure, prepareMove, startMove, untilFound, watch } from './moves';
import type { SiteUnderTest } from './site-under-test';

/** What a process finds of a migration that another one started, and that no intent is submitted twice. */
export function adoptionTests(site: () => SiteUnderTest): void {
  let other: Hypervisor;
  beforeEach(async () => {
    other = await site().secondDriver();
  });
  afterEach(async () => other.close());

  test('finds nothing before anything was started', async () => {
    const { intent, baseline } = await prepareMove(site());
    expect(await site().hypervisor.findMigration(intent, baseline)).toEqual({ state: 'none', marker: 'absent' });
    expect(await other.findMigration(intent, baseline)).toEqual({ state: 'none', marker: 'absent' });
  });

  test('finds a running migration in another process, watches it to its end and marks what it recovered', async () => {
    const { quickWithinMs } = site();
    const prepared = await startMove(site(), await site().makeSlow());
    const { intent, baseline, handle } = prepared;
    const found = await untilFound(other, prepared, 'running', quickWithinMs);
    expect(found.handle.provenance).toBe('recovered');
    expect(Math.abs(found.handle.requestedAtMs - handle.requestedAtMs)).toBeLessThan(5_000);
    // Handles cross process borders as JSON.
    const adopted = JSON.parse(JSON.stringify(found.handle)) as typeof handle;
    const end = await cancelAndForget(other, adopted, baseline, quickWithinMs);
    expect(end).toMatchObject({ state: 'cancelled', provenance: 'recovered' });
    expect(await site().whereItRuns()).toEqual([intent.from]);
  });

  test('finds a finished migration in another process, with its times', async () => {
    const { hypervisor, quickWithinMs } = site();
    const startedBefore = await site().countStarted();
    const prepared = await startMove(site());
    const { baseline, handle, intent } = prepared;
    const seen = await watch(hypervisor, handle, baseline, quickWithinMs);
    const { end, requestedAtMs } = await untilFound(other, prepared, 'ended', quickWithinMs);
    expect(end).toMatchObject({ state: 'succeeded', provenance: 'recovered' });
    expect(Math.abs(end.finishedAtMs - seen.finishedAtMs)).toBeLessThan(5_000);
    expect(Math.abs((requestedAtMs ?? Number.NaN) - handle.requestedAtMs)).toBeLessThan(5_000);
    expect(end.figures.totalMs).toBeGreaterThan(0);
    expect(await site().countStarted()).toBe(startedBefore + 1);
    await other.forgetMigration(intent);
  });

  test('finds a cancelled migration as cancelled', async () => {
    const { hypervisor, quickWithinMs } = site();
    const prepared = await startMove(site(), await site().makeSlow());
    const { baseline, handle, intent } = prepared;
    await hypervisor.cancelMigration(handle);
    await watch(hypervisor, handle, baseline, quickWithinMs);
    const { end } = await untilFound(other, prepared, 'ended', quickWithinMs);
    expect(end).toMatchObject({ state: 'cancelled', code: 'cancelled' });
    await other.forgetMigration(intent);
  });

  test('a marker that never began is given up for good; one that did is not', async () => {
    const { hypervisor } = site();
    const startedBefore = await site().countStarted();
    const dead = await prepareMove(site());
    expect(await hypervisor.voidMarker(dead.intent)).toBe(false);
    await site().leaveMarker(dead, false);
    const find = async ({ intent, baseline }: typeof dead) => hypervisor.findMigration(intent, baseline);
    expect(await find(dead)).toEqual({ state: 'none', marker: 'set' });
    expect(await other.voidMarker(dead.intent)).toBe(true);
    expect(await hypervisor.voidMarker(dead.intent)).toBe(true);
    expect(await find(dead)).toEqual({ state: 'none', marker: 'void' });
    expect((await failure(hypervisor.startMigration(dead.intent, dead.baseline))).code).toBe('rejected');
    const begun = await prepareMove(site());
    await site().leaveMarker(begun, true);
    expect(await hypervisor.voidMarker(begun.intent)).toBe(false);
    expect(await find(begun)).toEqual({ state: 'none', marker: 'begun' });
    for (const { intent } of [dead, begun]) await hypervisor.forgetMigration(intent);
    expect(await find(begun)).toEqual({ state: 'none', marker: 'absent' });
    expect(await site().countStarted()).toBe(startedBefore);
  });

  test('rejects an intent that was submitted before, by whichever process, and starts nothing', async () => {
    const { hypervisor, quickWithinMs } = site();
    const startedBefore = await site().countStarted();
    const { intent, baseline, handle } = await startMove(site());
    expect((await failure(other.startMigration(intent, baseline))).code).toBe('rejected');
    await watch(hypervisor, handle, baseline, quickWithinMs);
    const again = await failure(hypervisor.startMigration(intent, baseline));
    expect(again).toMatchObject({ code: 'rejected', retryable: false });
    expect(await site().countStarted()).toBe(startedBefore + 1);
    await hypervisor.forgetMigration(intent);
  });

  test('lets exactly one of two processes submit an intent at the same moment', async () => {
    const { hypervisor, quickWithinMs } = site();
    const startedBefore = await site().countStarted();
    const prepared = await prepareMove(site());
    const { intent, baseline } = prepared;
    const attempts = await Promise.allSettled([
      hypervisor.startMigration(intent, baseline),
      other.startMigration(intent, baseline),
    ]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { end } = await untilFound(hypervisor, prepared, 'ended', quickWithinMs);
    expect(end.state).toBe('succeeded');
    expect(await site().countStarted()).toBe(startedBefore + 1);
    await hypervisor.forgetMigration(intent);
  });
}
