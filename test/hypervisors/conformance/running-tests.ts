import { cancelAndForget, placeOf, startMove, until } from './moves';
import type { SiteUnderTest } from './site-under-test';

/** runningMigrations shows what runs, whoever started it. */
export function runningTests(site: () => SiteUnderTest): void {
  const shown = async (): Promise<readonly string[]> =>
    (await site().hypervisor.runningMigrations()).map(({ vm, from, to }) => `${vm} ${from} ${to ?? '?'}`);

  test('shows nothing while nothing runs', async () => {
    expect(await shown()).toEqual([]);
  });

  test("shows drover's own migration while it runs, and no longer", async () => {
    const { hypervisor, quickWithinMs } = site();
    const { intent, baseline, handle } = await startMove(site(), await site().makeSlow());
    const line = `${intent.vm} ${intent.from} ${intent.to}`;
    await until('it is shown', async () => (await shown()).includes(line), quickWithinMs);
    expect(await shown()).toEqual([line]);
    await cancelAndForget(hypervisor, handle, baseline, quickWithinMs);
    expect(await shown()).toEqual([]);
  });

  test("shows somebody else's migration", async () => {
    const { hypervisor, hosts, vm, quickWithinMs } = site();
    const from = await placeOf(hypervisor, vm);
    const to = hosts.find((host) => host !== from) ?? '';
    await site().startForeign(from, to, await site().makeSlow());
    await until('it is shown', async () => (await shown()).includes(`${vm} ${from} ${to}`), quickWithinMs);
    await site().cancelForeign(from);
    await until('it is over', async () => (await shown()).length === 0, quickWithinMs);
    expect(await placeOf(hypervisor, vm)).toBe(from);
  });
}
