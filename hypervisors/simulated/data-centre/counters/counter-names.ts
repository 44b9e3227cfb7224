import type { CounterName } from '../../../counter-types';
import { NIC } from '../../wire';

/** An entity's counters: those that grow first, then its states, in the order of usage.ts; named and measured as libvirt's and Linux's. */
export interface CounterNames {
  readonly cumulative: readonly CounterName[];
  readonly gauges: readonly CounterName[];
}

/** The counters of a host. */
export function hostCounters(cpus: number): CounterNames {
  return {
    cumulative: [
      cumulative('cpu.time', '', 'ns'),
      cumulative('net.rx.bytes', NIC, 'bytes'),
      cumulative('net.tx.bytes', NIC, 'bytes'),
      ...numbered(cpus).map((cpu) => cumulative('cpu.idle', cpu, 'ns')),
    ],
    gauges: [gauge('cpu.count', 'count'), gauge('mem.MemTotal', 'KiB'), gauge('mem.MemAvailable', 'KiB')],
  };
}

/** The counters of a VM. */
export function vmCounters(vcpus: number): CounterNames {
  return {
    cumulative: [
      cumulative('cpu.time', '', 'ns'),
      ...numbered(vcpus).map((vcpu) => cumulative('vcpu.time', vcpu, 'ns')),
    ],
    gauges: [gauge('vcpu.current', 'count'), gauge('balloon.current', 'KiB'), gauge('balloon.rss', 'KiB')],
  };
}

const cumulative = (counter: string, instance: string, unit: string): CounterName =>
  ({ counter, instance, unit, kind: 'cumulative' }) as const;
const gauge = (counter: string, unit: string): CounterName => ({ counter, instance: '', unit, kind: 'gauge' }) as const;
const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));
