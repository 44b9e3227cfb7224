import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import type { Baseline } from '../hypervisors/types';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';

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

/**
 * Looks the VM up and notes all that a later attempt needs to tell this migration from an earlier one.
 * @throws HypervisorRefused if no host knows the VM
 */
export function createTakeBaseline({ sites }: Dependencies) {
  return async function takeBaseline({ site, vm, to }: TakeBaselineInput): Promise<TakenBaseline> {
    try {
      const { hypervisor } = await sites.connect(site);
      const from = await hypervisor.locate(vm);
      if (from !== null) return { from, baseline: await hypervisor.takeBaseline(vm, from, to) };
    } catch (error) {
      throw asFailure(error);
    }
    const message = `${vm} is on no host of site ${site}; is it still defined?`;
    throw ApplicationFailure.nonRetryable(message, FAILURE.hypervisor);
  };
}
