import { agentRequest, LEASE_S, storedSpec } from './agent-request';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { whileBeating } from './while-beating';

/** Which campaign's agents are meant. */
export interface AgentsInput {
  readonly site: string;
  readonly directory: string;
  readonly campaignId: string;
}

/** Starts echoes and loads in the guests, control echoes on the hosts and the prober on this machine; repeating it changes nothing. */
export function createStartAgents({ sites, store, prober }: Dependencies) {
  return async function startAgents({ site, directory, campaignId }: AgentsInput): Promise<void> {
    try {
      const record = await store.readCampaign(directory);
      const request = agentRequest(record, await store.readPlan(directory));
      const { probePeriodMs, promptMs } = storedSpec(record).measure;
      const { agents } = await sites.connect(site);
      const targets = await whileBeating(agents.start(request));
      const { locked, realtime } = await prober(campaignId).ensure(targets, probePeriodMs, LEASE_S);
      const clock = 'CLOCK_MONOTONIC of the machine that ran drover';
      await store.writeState(directory, 'targets', targets);
      await store.updateCampaign(directory, { prober: { periodMs: probePeriodMs, promptMs, locked, realtime, clock } });
    } catch (error) {
      throw asFailure(error);
    }
  };
}
