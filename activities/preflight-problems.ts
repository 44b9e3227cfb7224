import type { Plan } from '../campaign/plan/plan';
import type { Inventory } from '../hypervisors/types';

const OLDEST_SAFE_QEMU = 8;

/** Compares a plan with what is really there. @returns one line a problem, naming the thing and the remedy */
export function preflightProblems(plan: Plan, inventory: Inventory, emulated: boolean): readonly string[] {
  const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
  const vms = new Map(inventory.vms.map((vm) => [vm.name, vm]));
  const wantedHosts = new Set([
    ...Object.keys(plan.placement),
    ...plan.actions.flatMap((action) => (action.kind === 'migrate' ? [action.to] : [])),
  ]);
  const wantedVms = new Set([
    ...Object.values(plan.placement).flat(),
    ...plan.actions.flatMap((action) => (action.kind === 'migrate' ? [action.vm] : [])),
  ]);
  const problems: string[] = [];
  for (const name of wantedHosts) {
    const host = hosts.get(name);
    if (host === undefined) problems.push(`host ${name} is not on this site; it has ${[...hosts.keys()].join(', ')}`);
    else if (host.cannotSend !== undefined) problems.push(`host ${name}: ${host.cannotSend}`);
    else if (emulated && Number.parseInt(host.versions['qemu'] ?? '', 10) < OLDEST_SAFE_QEMU) {
      problems.push(
        `host ${name} runs QEMU ${host.versions['qemu'] ?? '?'}: emulated guests' memory may be corrupted by live migration before QEMU ${String(OLDEST_SAFE_QEMU)}; upgrade it`,
      );
    }
  }
  for (const name of wantedVms) {
    const vm = vms.get(name);
    if (vm === undefined) problems.push(`VM ${name} is not on this site; it has ${[...vms.keys()].join(', ')}`);
    else if (vm.power !== 'running') problems.push(`VM ${name} is ${vm.power}; start it`);
    else if (vm.addresses.length === 0)
      problems.push(`VM ${name} has no address; add it to guests.addresses of the site file`);
  }
  for (const action of plan.actions) {
    if (action.kind === 'add-clients' || action.kind === 'remove-clients') {
      problems.push(`action ${action.id} (${action.kind}): clients cannot be run yet; remove it from the plan`);
    }
  }
  return [...problems, ...roomProblems(plan, inventory)];
}

/** Hosts whose memory cannot hold all the VMs that the plan brings there at once. */
function roomProblems(plan: Plan, inventory: Inventory): readonly string[] {
  const memoryOf = new Map(inventory.vms.map(({ name, memoryBytes }) => [name, memoryBytes]));
  const hostOf = new Map(Object.entries(plan.placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)));
  const capacity = new Map(inventory.hosts.map(({ name, memoryBytes }) => [name, memoryBytes]));
  const tooFull = new Map<string, string>();
  const check = (host: string, when: string): void => {
    const used = [...hostOf].filter(([, at]) => at === host).reduce((sum, [vm]) => sum + (memoryOf.get(vm) ?? 0), 0);
    const room = capacity.get(host);
    if (room !== undefined && used > room && !tooFull.has(host))
      tooFull.set(host, `host ${host} has ${mib(room)} MiB of memory, but its VMs need ${mib(used)} MiB ${when}`);
  };
  for (const host of Object.keys(plan.placement)) check(host, 'at time zero');
  for (const action of plan.actions) {
    if (action.kind !== 'migrate') continue;
    hostOf.set(action.vm, action.to);
    check(action.to, `after action ${action.id}`);
  }
  return [...tooFull.values()];
}

function mib(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}
