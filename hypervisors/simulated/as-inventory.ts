import type { Inventory } from '../types';
import { NIC, type WireInventory } from './wire';

const MIB = 2 ** 20;

/** The data centre's hosts and VMs in the common words. */
export function asInventory({ nowMs, hosts, vms }: WireInventory): Inventory {
  return {
    takenAtMs: nowMs,
    hosts: hosts.map(({ name, cpus, memoryMib, linkMibPerS, maintenance }) => ({
      name,
      cpuModel: 'simulated',
      cpus,
      memoryBytes: memoryMib * MIB,
      nics: [NIC],
      versions: {},
      migrationSettings: { linkMibPerS: String(linkMibPerS), maintenance: maintenance ? 'yes' : 'no' },
    })),
    vms: vms.map(({ name, uuid, host, power, vcpus, memoryMib }) => ({
      name,
      uuid,
      host,
      power,
      vcpus,
      memoryBytes: memoryMib * MIB,
      addresses: ['127.0.0.1'],
    })),
  };
}
