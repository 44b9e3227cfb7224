import type { SiteUnderTest } from './site-under-test';

/** The inventory is complete and in the common units. */
export function inventoryTests(site: () => SiteUnderTest): void {
  test('shows every host with CPUs, memory and network cards', async () => {
    const { hosts, takenAtMs } = await site().hypervisor.inventory();
    expect(hosts.map(({ name }) => name).sort()).toEqual([...site().hosts].sort());
    for (const host of hosts) {
      expect(host.cpus).toBeGreaterThanOrEqual(1);
      expect(host.memoryBytes).toBeGreaterThan(64 * 2 ** 20);
      expect(host.cpuModel).not.toBe('');
      expect(host.nics.length).toBeGreaterThanOrEqual(1);
    }
    expect(Math.abs(takenAtMs - Date.now())).toBeLessThan(60_000);
  });

  test('shows every VM once, running on a host of the site, with an address', async () => {
    const { vms } = await site().hypervisor.inventory();
    expect(vms.map(({ name }) => name).sort()).toEqual([...site().vms].sort());
    for (const vm of vms) {
      expect(site().hosts).toContain(vm.host);
      expect(vm.power).toBe('running');
      expect(vm.vcpus).toBeGreaterThanOrEqual(1);
      expect(vm.memoryBytes).toBeGreaterThan(16 * 2 ** 20);
      expect(vm.uuid).toMatch(/^[0-9a-f-]{36}$/);
      expect(vm.addresses).not.toEqual([]);
    }
    expect(new Set(vms.map(({ uuid }) => uuid)).size).toBe(vms.length);
  });

  test('agrees with the hypervisor on where the VM is', async () => {
    const { vms } = await site().hypervisor.inventory();
    const shown = vms.find(({ name }) => name === site().vm)?.host;
    expect(await site().whereItRuns()).toEqual([shown]);
  });

  it('locates every VM where the inventory shows it, and none that is not there', async () => {
    const { hypervisor } = site();
    const { vms } = await hypervisor.inventory();
    for (const { name, host } of vms) expect(await hypervisor.locate(name)).toBe(host);
    expect(await hypervisor.locate('no-such-vm')).toBeNull();
  });
}
