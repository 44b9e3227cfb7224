import { Context } from '@temporalio/activity';
import { agentRequest } from './agent-request';
import type { Dependencies, Vantages } from './dependencies';
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
      const away = vantages === undefined ? undefined : leaveVantages(vantages, campaignId);
      await whileBeating(Promise.all([agents.remove(request), away]));
    } catch (error) {
      throw asFailure(error);
    }
  };
}

/** A vantage that is out of reach is told of, not an error: what runs there ends with its lease. */
async function leaveVantages(vantages: Vantages, campaignId: string): Promise<void> {
  const removals = vantages.names.map(async (vantage) => {
    try {
      await vantages.prober(campaignId, vantage).remove();
    } catch (error) {
      Context.current().log.warn('a prober may be left behind until its lease ends', {
        vantage,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  });
  await Promise.all(removals);
}
