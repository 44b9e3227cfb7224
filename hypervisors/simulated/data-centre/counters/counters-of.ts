import type { CounterEntity, CounterName } from '../../../counter-types';
import { NIC } from '../../wire';
import type { State, UsageEntry } from '../state/state';

/** A counter and how it follows from what an entity used. */
export interface UsageCounter extends CounterName {
  readonly of: (used: UsageEntry) => number;
}

/** The hypervisor's own memory; a host's room for VMs comes on top of it. */
const OWN_MIB = 512;
const KIB_PER_MIB = 1_024;
const NS_PER_MS = 1e6;

/** The counters of an entity, named and measured as libvirt's and Linux's; null: there is no such entity. */
export function countersOf(state: State, { kind, name }: CounterEntity): readonly UsageCounter[] | null {
  if (kind === 'vm') {
    const vm = state.vms.get(name);
    return vm === undefined ? null : vmCounters(vm.vcpus, vm.memoryMib);
  }
  const host = state.hosts.get(name);
  return host === undefined ? null : hostCounters(host.cpus, host.memoryMib, state.createdAtMs);
}

function hostCounters(cpus: number, roomMib: number, createdAtMs: number): readonly UsageCounter[] {
  const idle: UsageCounter['of'] = ({ atMs, coreMs }) => (atMs - createdAtMs - coreMs / cpus) * NS_PER_MS;
  return [
    cumulative('cpu.time', '', 'ns', ({ coreMs }) => coreMs * NS_PER_MS),
    cumulative('net.rx.bytes', NIC, 'bytes', ({ receivedBytes }) => receivedBytes),
    cumulative('net.tx.bytes', NIC, 'bytes', ({ sentBytes }) => sentBytes),
    ...numbered(cpus).map((cpu) => cumulative('cpu.idle', cpu, 'ns', idle)),
    gauge('cpu.count', 'count', () => cpus),
    gauge('mem.MemTotal', 'KiB', () => (OWN_MIB + roomMib) * KIB_PER_MIB),
    // A host cannot have less than none: what is more would be swapped.
    gauge('mem.MemAvailable', 'KiB', ({ usedMib }) => Math.max(0, roomMib - usedMib) * KIB_PER_MIB),
  ];
}

function vmCounters(vcpus: number, memoryMib: number): readonly UsageCounter[] {
  const perVcpu: UsageCounter['of'] = ({ coreMs }) => (coreMs / vcpus) * NS_PER_MS;
  return [
    cumulative('cpu.time', '', 'ns', ({ coreMs }) => coreMs * NS_PER_MS),
    ...numbered(vcpus).map((vcpu) => cumulative('vcpu.time', vcpu, 'ns', perVcpu)),
    gauge('vcpu.current', 'count', () => vcpus),
    gauge('balloon.current', 'KiB', () => memoryMib * KIB_PER_MIB),
    gauge('balloon.rss', 'KiB', ({ usedMib }) => usedMib * KIB_PER_MIB),
  ];
}

const cumulative = (counter: string, instance: string, unit: string, of: UsageCounter['of']): UsageCounter =>
  ({ counter, instance, unit, kind: 'cumulative', of }) as const;
const gauge = (counter: string, unit: string, of: UsageCounter['of']): UsageCounter =>
  ({ counter, instance: '', unit, kind: 'gauge', of }) as const;
const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));
