import { agentRequest } from './agent-request';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import type { AgentsInput } from './start-agents';
import { whileBeating } from './while-beating';

/** Ends everything that startAgents started, here, on hosts and in guests, and leaves nothing behind. */
export function createStopAgents({ sites, store, prober }: Dependencies) {
  return async function stopAgents({ site, directory, campaignId }: AgentsInput): Promise<void> {
    try {
      await prober(campaignId).remove();
      const request = agentRequest(await store.readCampaign(directory), await store.readPlan(directory));
      const { agents } = await sites.connect(site);
      await whileBeating(agents.remove(request));
    } catch (error) {
      throw asFailure(error);
    }
  };
}
