import { placeOf, startMove, watch } from './moves';
import type { SiteUnderTest } from './site-under-test';

/** Every option that the hypervisor has is accepted by it, and the VM arrives. */
export function optionTests(site: () => SiteUnderTest): void {
  test('each option carries a migration to its end', async () => {
    const { hypervisor, supported, quickWithinMs } = site();
    for (const options of supported) {
      const { intent, baseline, handle } = await startMove(site(), options);
      const end = await watch(hypervisor, handle, baseline, quickWithinMs);
      expect({ options, state: end.state }).toEqual({ options, state: 'succeeded' });
      expect(await placeOf(hypervisor, intent.vm)).toBe(intent.to);
      await hypervisor.forgetMigration(intent);
    }
  });
}
