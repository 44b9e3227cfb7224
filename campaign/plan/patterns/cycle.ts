import type { Move } from '../pace-moves';
import type { CyclePattern } from '../pattern-spec';
import type { Placement } from '../plan';

/** One VM round the hosts, as in the EPFL report of 2011, section 3.3: from where it is to the next host in order. */
export function cycle(placement: Placement, { vm, hosts, migrations }: CyclePattern): readonly Move[] {
  const home = Object.entries(placement).find(([, vms]) => vms.includes(vm))?.[0];
  const start = home === undefined ? -1 : hosts.indexOf(home);
  return Array.from({ length: migrations }, (_, index) => ({
    vm,
    to: hosts[(start + 1 + index) % hosts.length] ?? '',
  }));
}
