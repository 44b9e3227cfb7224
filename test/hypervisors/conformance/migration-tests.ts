import type { MigrationProgress } from '../../../hypervisors/types';
import { cancelAndForget, failure, placeOf, prepareMove, startMove, until, watch } from './moves';
import type { SiteUnderTest } from './site-under-test';

/** One migration from request to end. */
export function migrationTests(site: () => SiteUnderTest): void {
  test('succeeds, observed, with figures that fit together, and the VM is on the target once', async () => {
    const { hypervisor, quickWithinMs } = site();
    const startedBefore = await site().countStarted();
    const askedAtMs = Date.now();
    const { intent, baseline, handle } = await startMove(site());
    const end = await watch(hypervisor, handle, baseline, quickWithinMs);
    const knownAtMs = Date.now();

    expect(end.state).toBe('succeeded');
    expect(end.provenance).toBe('observed');
    expect(handle.provenance).toBe('observed');
    expect(handle.requestedAtMs).toBeGreaterThanOrEqual(askedAtMs);
    expect(end.finishedAtMs).toBeGreaterThan(handle.requestedAtMs);
    expect(end.finishedAtMs).toBeLessThanOrEqual(knownAtMs + 1);
    const { totalMs, downtimeMs, transferredBytes, iterations } = end.figures;
    expect(totalMs).toBeGreaterThan(0);
    expect(totalMs).toBeLessThanOrEqual(end.finishedAtMs - handle.requestedAtMs);
    expect(downtimeMs).toBeGreaterThanOrEqual(0);
    expect(downtimeMs).toBeLessThan(totalMs ?? 0);
    expect(transferredBytes).toBeGreaterThan(2 ** 20);
    expect(iterations).toBeGreaterThanOrEqual(1);

    expect(await placeOf(hypervisor, intent.vm)).toBe(intent.to);
    expect(await site().whereItRuns()).toEqual([intent.to]);
    expect(await site().countStarted()).toBe(startedBefore + 1);
    await hypervisor.forgetMigration(intent);
    expect(await placeOf(hypervisor, intent.vm)).toBe(intent.to);
  });

  test('goes there and back again', async () => {
    const { hypervisor, quickWithinMs } = site();
    const home = await placeOf(hypervisor, site().vm);
    for (const target of [undefined, home]) {
      const { intent, baseline, handle } = await startMove(site(), {}, target);
      const end = await watch(hypervisor, handle, baseline, quickWithinMs);
      await hypervisor.forgetMigration(intent);
      expect(end.state).toBe('succeeded');
      expect(await site().whereItRuns()).toEqual([intent.to]);
    }
    expect(await placeOf(hypervisor, site().vm)).toBe(home);
  });

  test('reports progress while it runs', async () => {
    const { hypervisor } = site();
    const { baseline, handle } = await startMove(site(), await site().makeSlow());
    const seen: MigrationProgress[] = [];
    const watching = new AbortController();
    const watched = hypervisor.watchMigration(handle, baseline, {
      signal: watching.signal,
      onProgress: (progress) => seen.push(progress),
    });
    watched.catch(() => undefined);
    await until('two reports with bytes', () => Promise.resolve(seen.filter(hasBytes).length >= 2), 60_000);
    watching.abort();
    await watched.catch(() => undefined);
    const [first, second] = seen.filter(hasBytes);
    expect(second?.elapsedMs).toBeGreaterThan(first?.elapsedMs ?? Number.NaN);
    expect(second?.transferredBytes).toBeGreaterThanOrEqual(first?.transferredBytes ?? Number.NaN);
    await cancelAndForget(hypervisor, handle, baseline, site().quickWithinMs);
  });

  test('is cancelled: the VM still runs on its source', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    await hypervisor.cancelMigration(handle);
    const end = await watch(hypervisor, handle, baseline, quickWithinMs);
    expect(end).toMatchObject({ state: 'cancelled', code: 'cancelled' });
    expect(end.finishedAtMs).toBeGreaterThan(handle.requestedAtMs);
    expect(await placeOf(hypervisor, intent.vm)).toBe(intent.from);
    expect(await site().whereItRuns()).toEqual([intent.from]);
    await hypervisor.forgetMigration(intent);
  });

  test('goes on when the watching is given up, and can be watched again', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    const watching = new AbortController();
    const watched = failure(hypervisor.watchMigration(handle, baseline, { signal: watching.signal }));
    watching.abort();
    expect((await watched).code).toBe('cancelled');
    expect((await hypervisor.findMigration(intent, baseline)).state).toBe('running');
    const end = await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
    expect(end.state).toBe('cancelled');
  });

  test('comes to its end under load once its downtime limit is raised', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    await until(
      'it runs',
      async () => (await hypervisor.findMigration(intent, baseline)).state === 'running',
      quickWithinMs,
    );
    await until(
      'the downtime limit is raised',
      async () =>
        hypervisor.forceMigration(handle, 'raise-downtime').then(
          () => true,
          () => false,
        ),
      quickWithinMs,
    );
    const end = await watch(hypervisor, handle, baseline, 4 * quickWithinMs);
    expect(end.state).toBe('succeeded');
    await hypervisor.forgetMigration(intent);
    expect(await site().whereItRuns()).toEqual([intent.to]);
  });

  test('leaves nothing to be found once it is forgotten, which may be repeated', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site());
    await watch(hypervisor, handle, baseline, quickWithinMs);
    await hypervisor.forgetMigration(intent);
    await hypervisor.forgetMigration(intent);
    expect(await hypervisor.findMigration(intent, baseline)).toMatchObject({ state: 'none', marker: 'absent' });
    await hypervisor.forgetMigration((await prepareMove(site())).intent);
  });
}

function hasBytes({ transferredBytes }: MigrationProgress): boolean {
  return (transferredBytes ?? 0) > 0;
}
