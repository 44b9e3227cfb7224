import type { MigrationRow, StoredPlan } from '../../store/types';

/** From this moment on (UTC ms) the host has so many of the campaign's VMs. */
export interface VmStep {
  readonly atMs: number;
  readonly vms: number;
}

/**
 * How many VMs of the plan each host has over time, by successful migrations whoever started them; a VM changes hosts at
 * the finish of its migration.
 * @param inventory - where VMs were when the campaign began; for VMs that never moved and that the plan does not place
 */
export function vmsOnHosts(
  plan: StoredPlan,
  migrations: readonly MigrationRow[],
  inventory: readonly { readonly name: string; readonly host: string | null }[],
  fromMs: number,
): ReadonlyMap<string, readonly VmStep[]> {
  const moves = migrations
    .flatMap(({ vm, from, to, finished, outcome }) =>
      outcome === 'succeeded' && finished !== null ? [{ vm, from, to, atMs: finished }] : [],
    )
    .sort((a, b) => a.atMs - b.atMs);
  const where = firstHosts(plan, moves, inventory);
  const counts = new Map<string, number>();
  for (const host of where.values()) counts.set(host, (counts.get(host) ?? 0) + 1);
  const hosts = new Set([...Object.keys(plan.placement), ...where.values(), ...moves.map(({ to }) => to)]);
  const steps = new Map([...hosts].map((host) => [host, [{ atMs: fromMs, vms: counts.get(host) ?? 0 }]]));
  const change = (host: string, by: number, atMs: number) => {
    const vms = (counts.get(host) ?? 0) + by;
    counts.set(host, vms);
    steps.get(host)?.push({ atMs, vms });
  };
  for (const { vm, to, atMs } of moves) {
    const before = where.get(vm);
    if (before === undefined || before === to) continue;
    change(before, -1, atMs);
    change(to, 1, atMs);
    where.set(vm, to);
  }
  return steps;
}

/** Where each VM of the plan was before its first move. */
function firstHosts(
  { placement }: StoredPlan,
  moves: readonly { vm: string; from: string | null }[],
  inventory: readonly { readonly name: string; readonly host: string | null }[],
): Map<string, string> {
  const where = new Map<string, string>();
  for (const [host, vms] of Object.entries(placement)) for (const vm of vms) where.set(vm, host);
  const moved = new Set<string>();
  for (const { vm, from } of moves) {
    if (moved.has(vm) || !where.has(vm)) continue;
    moved.add(vm);
    if (from !== null) where.set(vm, from);
  }
  for (const { name, host } of inventory)
    if (!where.has(name) && host !== null && placement[host] !== undefined) where.set(name, host);
  return where;
}
