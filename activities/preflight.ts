import { ApplicationFailure } from '@temporalio/common';
import type { AccessProblem } from '../agents/check-access';
import { FAILURE } from '../campaign/contract/failures';
import { migrationOptions } from '../campaign/contract/migration-options';
import { storedSpec } from './agent-request';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { lookAtSite, SiteClosedError } from './look-at-site';
import { whileBeating } from './while-beating';

/** Which campaign is to run where. */
export interface PreflightInput {
  readonly site: string;
  readonly directory: string;
}

/** Looks at the site before anything is touched; one that is only out of reach is looked at again. @throws PreflightFailed with all problems */
export function createPreflight({ sites, store }: Dependencies) {
  return async function preflight({ site, directory }: PreflightInput): Promise<void> {
    try {
      const connection = await sites.connect(site);
      const { kind, emulated } = connection;
      const { options, policy } = storedSpec(await store.readCampaign(directory));
      const plan = await store.readPlan(directory);
      const look = lookAtSite(connection, plan, migrationOptions(options, policy));
      const { inventory, problems } = await whileBeating(look);
      await store.updateCampaign(directory, { inventory, hypervisor: kind, emulated });
      if (problems.length > 0) throw notReady(site, problems);
    } catch (error) {
      throw error instanceof SiteClosedError ? notReady(site, error.problems) : asFailure(error);
    }
  };
}

function notReady(site: string, problems: readonly AccessProblem[]): ApplicationFailure {
  const lines = problems.map(({ message }) => message);
  const message = `site ${site} is not ready:\n${lines.join('\n')}`;
  return problems.every(({ unreachable }) => unreachable)
    ? ApplicationFailure.retryable(message, 'unreachable', lines)
    : ApplicationFailure.nonRetryable(message, FAILURE.preflightFailed, lines);
}
