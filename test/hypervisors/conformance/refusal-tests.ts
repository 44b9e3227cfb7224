import { cancelAndForget, failure, placeOf, prepareMove, refusedOrFailed, startMove, until, watch } from './moves';
import type { SiteUnderTest } from './site-under-test';

/** What cannot be done is refused with the common codes, and the VM stays where it is. */
export function refusalTests(site: () => SiteUnderTest, canFillHost: boolean): void {
  const NOWHERE = 'no-such-thing';
  const noBaseline = { takenAtMs: 0, host: '', evidence: {} };

  test('an unknown VM is not found', async () => {
    const { hypervisor, hosts } = site();
    const [from = '', to = ''] = hosts;
    expect((await failure(hypervisor.takeBaseline(NOWHERE, from, to))).code).toBe('not-found');
    const intent = { id: 'conformance-unknown-vm', vm: NOWHERE, from, to, options: {} };
    expect((await failure(hypervisor.prepareMigration(intent, noBaseline))).code).toBe('not-found');
  });

  test('an unknown host is not found', async () => {
    const { hypervisor, vm } = site();
    const from = await placeOf(hypervisor, vm);
    expect((await failure(hypervisor.takeBaseline(vm, from, NOWHERE))).code).toBe('not-found');
    expect((await failure(hypervisor.takeBaseline(vm, NOWHERE, from))).code).toBe('not-found');
    const intent = { id: 'conformance-unknown-host', vm, from, to: NOWHERE, options: {} };
    expect((await failure(hypervisor.prepareMigration(intent, noBaseline))).code).toBe('not-found');
  });

  test('unsupported options are refused before anything is started', async () => {
    const { hypervisor, unsupported } = site();
    const startedBefore = await site().countStarted();
    const { intent, baseline } = await prepareMove(site(), unsupported);
    expect((await failure(hypervisor.prepareMigration(intent, baseline))).code).toBe('unsupported');
    expect((await failure(hypervisor.startMigration(intent, baseline))).code).toBe('unsupported');
    expect(await site().countStarted()).toBe(startedBefore);
    expect(await hypervisor.findMigration(intent, baseline)).toEqual({ state: 'none', marker: 'absent' });
  });

  test('an id that is no path-safe name is refused', async () => {
    const { hypervisor } = site();
    const { intent, baseline } = await prepareMove(site());
    for (const id of ['', '../x', 'a/b', 'a b', 'a'.repeat(300), '$(reboot)'])
      expect((await failure(hypervisor.startMigration({ ...intent, id }, baseline))).code).toBe('protocol');
  });

  test('a request that comes too late is refused and leaves nothing; in time the same intent is taken', async () => {
    const { hypervisor, quickWithinMs } = site();
    const startedBefore = await site().countStarted();
    const { intent, baseline } = await prepareMove(site(), await site().makeSlow());
    await hypervisor.prepareMigration(intent, baseline);
    const late = await failure(hypervisor.startMigration(intent, baseline, Date.now() - 2_000));
    expect(late).toMatchObject({ code: 'timeout', retryable: true });
    expect(await hypervisor.findMigration(intent, baseline)).toEqual({ state: 'none', marker: 'absent' });
    expect(await site().countStarted()).toBe(startedBefore);
    const handle = await hypervisor.startMigration(intent, baseline, Date.now() + 60_000);
    await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
  });

  test('a VM that has moved since its baseline is stale, and stays; nothing is set or started', async () => {
    const { hypervisor, quickWithinMs } = site();
    const old = await prepareMove(site());
    const { intent, baseline, handle } = await startMove(site());
    await watch(hypervisor, handle, baseline, quickWithinMs);
    await hypervisor.forgetMigration(intent);
    const startedBefore = await site().countStarted();
    expect(await failure(hypervisor.prepareMigration(old.intent, old.baseline))).toMatchObject({ code: 'stale' });
    expect(await failure(hypervisor.startMigration(old.intent, old.baseline))).toMatchObject({ code: 'stale' });
    // That it is where this intent would have moved it may be said; that it was by this intent may not.
    expect(await hypervisor.findMigration(old.intent, old.baseline)).toMatchObject({ state: 'none', marker: 'absent' });
    expect(await site().countStarted()).toBe(startedBefore);
    expect(await site().whereItRuns()).toEqual([intent.to]);
  });

  test('a VM that is where it is to go can be looked up as any other', async () => {
    const { hypervisor, vm } = site();
    const { intent, baseline } = await prepareMove(site(), {}, await placeOf(hypervisor, vm));
    expect(baseline.host).toBe(intent.to);
    await hypervisor.prepareMigration(intent, baseline);
  });

  test('a move to the same host fails, and the VM stays', async () => {
    const { hypervisor, vm } = site();
    const { intent } = await prepareMove(site());
    const baseline = await hypervisor.takeBaseline(vm, intent.from, intent.from);
    expect(await refusedOrFailed(site(), { intent: { ...intent, to: intent.from }, baseline })).toBe('bad-state');
    expect(await site().whereItRuns()).toEqual([intent.from]);
  });

  test('a second migration of a VM on the move is busy, and the first goes on', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    await until(
      'it is shown',
      async () => (await hypervisor.runningMigrations()).some(({ vm }) => vm === intent.vm),
      quickWithinMs,
    );
    const second = { ...intent, id: `${intent.id}-again` };
    expect(await refusedOrFailed(site(), { intent: second, baseline })).toBe('busy');
    expect((await hypervisor.findMigration(intent, baseline)).state).toBe('running');
    await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
  });

  if (canFillHost) {
    test('a host without room is refused, and the VM stays', async () => {
      const prepared = await prepareMove(site());
      const restore = await site().fillHost?.(prepared.intent.to);
      expect(await refusedOrFailed(site(), prepared)).toBe('no-room');
      expect(await site().whereItRuns()).toEqual([prepared.intent.from]);
      await restore?.();
    });
  }

  test('a running migration cannot be forgotten', async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    expect((await failure(hypervisor.forgetMigration(intent))).code).toBe('busy');
    await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
  });
}
