import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { preflightProblems } from './preflight-problems';

/** Which campaign is to run where. */
export interface PreflightInput {
  readonly site: string;
  readonly directory: string;
}

/** Looks at the site before anything is touched. @throws PreflightFailed with all problems */
export function createPreflight({ sites, store }: Dependencies) {
  return async function preflight({ site, directory }: PreflightInput): Promise<void> {
    try {
      const { hypervisor, kind, emulated } = await sites.connect(site);
      const inventory = await hypervisor.inventory();
      await store.updateCampaign(directory, { inventory, hypervisor: kind, emulated });
      const problems = preflightProblems(await store.readPlan(directory), inventory, emulated);
      if (problems.length > 0) {
        throw ApplicationFailure.nonRetryable(
          `site ${site} is not ready:\n${problems.join('\n')}`,
          FAILURE.preflightFailed,
          problems,
        );
      }
    } catch (error) {
      throw asFailure(error);
    }
  };
}
