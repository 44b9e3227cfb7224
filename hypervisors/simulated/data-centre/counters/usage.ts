import { loadsOf, MIB, usedBytes } from '../model/dirty-memory';
import type { Flow } from '../model/flow';
import type { MigrationState, State, VmState } from '../state/state';

/** What an entity uses until the next event: paces of what grows, and states. */
export interface Usage {
  /** One for each cumulative counter, a millisecond. */
  readonly paces: readonly number[];
  /** One for each gauge. */
  readonly gauges: readonly number[];
}

/**
 * Plausible costs, cores: an idle guest and host, a MiB a second written to, what a migration thread needs to send and
 * to receive a MiB a second, starting and tidying up.
 */
const CORES = { idleVm: 0.01, idleHost: 0.03, written: 0.002, sent: 0.004, received: 0.003, setUp: 0.3 } as const;
/** The hypervisor's own memory; a host's room for VMs comes on top of it. */
const OWN_MIB = 512;
const KIB_PER_MIB = 1_024;
const NS_PER_MS = 1e6;

interface Sum {
  cores: number;
  usedMib: number;
  receivedPerMs: number;
  sentPerMs: number;
}

/** What every host (`host NAME`) and VM (`vm NAME`) uses from the state's clock on; in the order of counter-names.ts. */
export function usageOf(state: State, flow: Flow): ReadonlyMap<string, Usage> {
  const migrations = new Map([...state.running].map((migration) => [migration.vm, migration]));
  const vms = [...state.vms.values()].map((vm) => demandOf(state, vm, migrations.get(vm.name)));
  const hosts = new Map<string, Sum>();
  for (const name of state.hosts.keys())
    hosts.set(name, { cores: CORES.idleHost, usedMib: 0, receivedPerMs: 0, sentPerMs: 0 });
  for (const { vm, migration, cores, usedMib } of vms) {
    addTo(hosts.get(vm.host), { cores, usedMib });
    if (migration === undefined) continue;
    const { from, to, phase } = migration;
    // While it runs, the VM's memory is on both hosts.
    if (phase !== 'setup') addTo(hosts.get(vm.host === to ? from : to), { cores: 0, usedMib });
    addMigration(hosts.get(from), hosts.get(to), flow.get(migration));
  }
  const usages = new Map<string, Usage>();
  for (const [name, sum] of hosts) usages.set(`host ${name}`, hostUsage(state, name, sum));
  for (const { vm, cores, usedMib } of vms) {
    const strain = Math.min(1, (state.hosts.get(vm.host)?.cpus ?? 1) / (hosts.get(vm.host)?.cores ?? 1));
    const pace = cores * strain * NS_PER_MS;
    usages.set(`vm ${vm.name}`, {
      paces: [pace, ...Array<number>(vm.vcpus).fill(pace / vm.vcpus)],
      gauges: [vm.vcpus, vm.memoryMib * KIB_PER_MIB, usedMib * KIB_PER_MIB],
    });
  }
  return usages;
}

/** What a VM would use on a host of its own. */
function demandOf(state: State, vm: VmState, migration: MigrationState | undefined) {
  const loads = loadsOf(state, vm.name, state.clockMs);
  const written = loads.reduce((sum, { mibPerS }) => sum + mibPerS, 0);
  const wanted = Math.min(vm.vcpus, CORES.idleVm + written * CORES.written) * (1 - (migration?.throttle ?? 0));
  const usedMib = usedBytes(loads, vm.memoryMib) / MIB;
  return { vm, migration, cores: vm.stoppedAtMs === null ? wanted : 0, usedMib };
}

function addMigration(source: Sum | undefined, target: Sum | undefined, pace: number | undefined): void {
  const mibPerS = ((pace ?? 0) * 1_000) / MIB;
  addTo(source, { cores: pace === undefined ? CORES.setUp : mibPerS * CORES.sent, usedMib: 0 });
  addTo(target, { cores: pace === undefined ? CORES.setUp : mibPerS * CORES.received, usedMib: 0 });
  if (source !== undefined) source.sentPerMs += pace ?? 0;
  if (target !== undefined) target.receivedPerMs += pace ?? 0;
}

function addTo(sum: Sum | undefined, { cores, usedMib }: Pick<Sum, 'cores' | 'usedMib'>): void {
  if (sum === undefined) return;
  sum.cores += cores;
  sum.usedMib += usedMib;
}

function hostUsage(state: State, name: string, { cores, usedMib, receivedPerMs, sentPerMs }: Sum): Usage {
  const { cpus = 1, memoryMib: roomMib = 0 } = state.hosts.get(name) ?? {};
  const busy = Math.min(cores, cpus);
  // A host cannot have less than none: what is more would be swapped.
  const availableMib = Math.max(0, roomMib - usedMib);
  return {
    paces: [busy * NS_PER_MS, receivedPerMs, sentPerMs, ...Array<number>(cpus).fill((1 - busy / cpus) * NS_PER_MS)],
    gauges: [cpus, (OWN_MIB + roomMib) * KIB_PER_MIB, availableMib * KIB_PER_MIB],
  };
}
