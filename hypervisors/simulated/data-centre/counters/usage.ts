import { cpuPercentOf, loadsOf, MIB, usedBytes } from '../model/dirty-memory';
import type { Flow } from '../model/flow';
import type { MigrationState, State, UsageEntry, VmState } from '../state/state';

/** What an entity uses until the next event; a VM neither receives nor sends here. */
export type Usage = Pick<UsageEntry, 'cores' | 'receivedPerMs' | 'sentPerMs' | 'usedMib'>;

/**
 * Plausible costs, cores: an idle guest and host, a MiB a second written to, what a migration thread needs to send and
 * to receive a MiB a second, starting and tidying up.
 */
const CORES = { idleVm: 0.01, idleHost: 0.03, written: 0.002, sent: 0.004, received: 0.003, setUp: 0.3 } as const;

type Sum = { -readonly [F in keyof Usage]: Usage[F] };

/** What every host (`host NAME`) and VM (`vm NAME`) uses from the state's clock on; or some hosts, with those of their migrations, and the VMs there. */
export function usageOf(
  state: State,
  flow: Flow,
  isWanted: (host: string) => boolean = () => true,
): ReadonlyMap<string, Usage> {
  const migrations = new Map([...state.running].map((migration) => [migration.vm, migration]));
  const vms = [...state.vms.values()]
    .filter(({ host }) => isWanted(host))
    .map((vm) => demandOf(state, vm, migrations.get(vm.name)));
  const hosts = new Map<string, Sum>();
  for (const name of state.hosts.keys())
    if (isWanted(name)) hosts.set(name, { cores: CORES.idleHost, usedMib: 0, receivedPerMs: 0, sentPerMs: 0 });
  for (const { vm, migration, cores, usedMib } of vms) {
    addTo(hosts.get(vm.host), { cores, usedMib });
    if (migration === undefined) continue;
    const { from, to, phase } = migration;
    // While it runs, the VM's memory is on both hosts.
    if (phase !== 'setup') addTo(hosts.get(vm.host === to ? from : to), { cores: 0, usedMib });
    addMigration(hosts.get(from), hosts.get(to), flow.get(migration));
  }
  const usages = new Map<string, Usage>();
  for (const { vm, cores, usedMib } of vms) {
    const strain = Math.min(1, (state.hosts.get(vm.host)?.cpus ?? 1) / (hosts.get(vm.host)?.cores ?? 1));
    usages.set(`vm ${vm.name}`, { cores: cores * strain, receivedPerMs: 0, sentPerMs: 0, usedMib });
  }
  for (const [name, sum] of hosts)
    usages.set(`host ${name}`, { ...sum, cores: Math.min(sum.cores, state.hosts.get(name)?.cpus ?? 1) });
  return usages;
}

/** What a VM would use on a host of its own. */
function demandOf(state: State, vm: VmState, migration: MigrationState | undefined) {
  const loads = loadsOf(state, vm.name, state.clockMs);
  const written = loads.reduce((sum, { mibPerS }) => sum + mibPerS, 0);
  const busy = (vm.vcpus * cpuPercentOf(state, vm.name, state.clockMs)) / 100;
  const demand = Math.min(vm.vcpus, CORES.idleVm + written * CORES.written + busy);
  const wanted = demand * (1 - (migration?.throttle ?? 0));
  const usedMib = usedBytes(state, vm, state.clockMs) / MIB;
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
