import type { Plan } from '../campaign/plan/plan';
import type { CampaignSpec } from '../campaign/spec/campaign-spec';
import { validateSpec } from '../campaign/spec/validate-spec';
import type { CampaignRecord } from '../store/types';
import type { AgentRequest } from './dependencies';

/** How long agents go on by themselves after a worker was last heard of. */
export const LEASE_S = 3_600;

/** What is to run in guests and on hosts for a stored campaign; the same for every attempt. */
export function agentRequest(record: CampaignRecord, plan: Plan): AgentRequest {
  const spec = storedSpec(record);
  return {
    campaignId: record.campaign,
    vms: Object.values(plan.placement).flat(),
    hosts: Object.keys(plan.placement),
    load: spec.load,
    leaseS: LEASE_S,
    sampleEveryMs: spec.measure.sampleEveryMs,
  };
}

/** The resolved spec of a stored campaign. @throws Error if campaign.json was changed by hand into something invalid */
export function storedSpec(record: CampaignRecord): CampaignSpec {
  const validated = validateSpec(record.spec);
  if (!validated.ok) throw new Error(`the stored spec of ${record.campaign} is no longer valid: restore campaign.json`);
  return validated.spec;
}
