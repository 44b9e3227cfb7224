import { agentRequest } from './agent-request';
import { atVantages } from './at-vantages';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import type { AgentsInput } from './start-agents';
import { whileBeating } from './while-beating';

/** Ends everything that startAgents started, at vantages, on hosts and in guests, and leaves nothing behind. */
export function createStopAgents({ sites, store, prober }: Dependencies) {
  return async function stopAgents({ site, directory, campaignId }: AgentsInput): Promise<void> {
    try {
      await prober(campaignId).remove();
      const request = agentRequest(await store.readCampaign(directory), await store.readPlan(directory));
      const { agents, vantages } = await sites.connect(site);
      // What runs at a vantage that is out of reach ends with its lease.
      const left = 'a prober may be left behind until its lease ends';
      const away = vantages && atVantages(vantages, campaignId, left, (there) => there.remove());
      await whileBeating(Promise.all([agents.remove(request), away]));
    } catch (error) {
      throw asFailure(error);
    }
  };
}
