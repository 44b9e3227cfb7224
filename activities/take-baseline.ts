import type { Baseline } from '../hypervisors/types';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { createLocateVm } from './locate-vm';

/** Which VM is about to move, and where to. */
export interface TakeBaselineInput {
  readonly site: string;
  readonly vm: string;
  readonly to: string;
}

/** What was true before the migration was armed; it goes into workflow history. */
export interface TakenBaseline {
  /** The host that runs the VM: the source of the migration. */
  readonly from: string;
  readonly baseline: Baseline;
}

/** Looks the VM up and notes all that a later attempt needs to tell this migration from an earlier one. */
export function createTakeBaseline(dependencies: Dependencies) {
  const locateVm = createLocateVm(dependencies);
  return async function takeBaseline({ site, vm, to }: TakeBaselineInput): Promise<TakenBaseline> {
    const from = await locateVm({ site, vm });
    try {
      const { hypervisor } = await dependencies.sites.connect(site);
      return { from, baseline: await hypervisor.takeBaseline(vm, from, to) };
    } catch (error) {
      throw asFailure(error);
    }
  };
}
