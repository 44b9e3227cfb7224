import type { Sampler } from '../activities/dependencies';
import { readClocks } from '../agents/ssh-clocks';
import { createRecorderReader } from '../agents/ssh-recorders';
import { createHistorySampler } from '../hypervisors/history-sampler';
import { createLibvirtSampler } from '../hypervisors/libvirt/counters/create-sampler';
import type { Counters } from '../hypervisors/counter-types';
import { readDataCentreClock } from '../hypervisors/simulated/data-centre-clock';
import type { RemoteShell, SshTarget } from '../remote/types';

/** How a libvirt site's machines are reached. */
export interface SamplerOptions {
  readonly shell: RemoteShell;
  readonly hosts: Readonly<Record<string, SshTarget>>;
  readonly guests: Readonly<Record<string, SshTarget>>;
}

/** The counters of a libvirt site, by the recorders on its hosts, and the clocks of its hosts and guests. */
export function createSampler({ shell, hosts, guests }: SamplerOptions): Sampler {
  const machines = (kind: 'vm' | 'host', names: readonly string[], targets: SamplerOptions['hosts']) =>
    names.flatMap((name) => {
      const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
      return target === undefined ? [] : [{ kind, name, target }];
    });
  return {
    ...createLibvirtSampler(createRecorderReader({ shell, hosts })),
    clocks: (request) =>
      readClocks(shell, request.campaignId, [
        ...machines('host', request.hosts, hosts),
        ...machines('vm', request.vms, guests),
      ]),
  };
}

/** The counters that a simulated data centre keeps by itself, and its clock, which is that of all its hosts. */
export function createSimulatedSampler(counters: Counters, url: string): Sampler {
  return {
    ...createHistorySampler(counters),
    clocks: async ({ hosts }) => {
      const clock = await readDataCentreClock(url);
      return clock === null ? [] : hosts.map((name) => ({ kind: 'host', name, ...clock }) as const);
    },
  };
}
