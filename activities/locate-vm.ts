import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';

/** Which VM of which site. */
export interface LocateVmInput {
  readonly site: string;
  readonly vm: string;
}

/** Finds the host that runs a VM now. @throws HypervisorRefused if no host knows it */
export function createLocateVm({ sites }: Dependencies) {
  return async function locateVm({ site, vm }: LocateVmInput): Promise<string> {
    try {
      const { hypervisor } = await sites.connect(site);
      const host = await hypervisor.locate(vm);
      if (host !== null) return host;
    } catch (error) {
      throw asFailure(error);
    }
    const message = `${vm} is on no host of site ${site}; is it still defined?`;
    throw ApplicationFailure.nonRetryable(message, FAILURE.hypervisor);
  };
}
