import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';

/** A VM that is not on the host where the plan wants it at time zero. */
export interface Misplaced {
  readonly vm: string;
  readonly to: string;
}

/** Compares where every VM is with where the plan starts it. */
export function createFindMisplaced({ sites, store }: Dependencies) {
  return async function findMisplaced({
    site,
    directory,
  }: {
    site: string;
    directory: string;
  }): Promise<readonly Misplaced[]> {
    try {
      const { placement } = await store.readPlan(directory);
      const { hypervisor } = await sites.connect(site);
      const { vms } = await hypervisor.inventory();
      const hostOf = new Map(vms.map(({ name, host }) => [name, host]));
      const wanted = Object.entries(placement).flatMap(([to, names]) => names.map((vm) => ({ vm, to })));
      return wanted.filter(({ vm, to }) => hostOf.get(vm) !== to);
    } catch (error) {
      throw asFailure(error);
    }
  };
}
