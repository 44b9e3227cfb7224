import type { PermitRequest } from '../campaign/contract/permits';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';

/** Which migration asks the permits of which site. */
export interface RequestPermitInput {
  readonly site: string;
  readonly request: PermitRequest;
}

/** Asks for a permit and starts the site's `permits` workflow if it does not run; repeating it changes nothing. The answer comes by signal. */
export function createRequestPermit({ sites, workflows }: Dependencies) {
  return async function requestPermit({ site, request }: RequestPermitInput): Promise<void> {
    try {
      const { migrationsPerHost } = await sites.connect(site);
      await workflows.requestPermit({ site, limitPerHost: migrationsPerHost }, request);
    } catch (error) {
      throw asFailure(error);
    }
  };
}
