import type { Prober } from '../agents/create-prober';
import { agentRequest, LEASE_S, storedSpec } from './agent-request';
import { atVantages } from './at-vantages';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { whileBeating } from './while-beating';

/** Which campaign's agents are meant. */
export interface AgentsInput {
  readonly site: string;
  readonly directory: string;
  readonly campaignId: string;
}

/** Starts echoes and loads in the guests, control echoes on the hosts and a prober at every vantage; repeating it changes nothing. */
export function createStartAgents({ sites, store, prober: proberOf }: Dependencies) {
  return async function startAgents({ site, directory, campaignId }: AgentsInput): Promise<void> {
    try {
      const record = await store.readCampaign(directory);
      const request = agentRequest(record, await store.readPlan(directory));
      const { probePeriodMs, promptMs } = storedSpec(record).measure;
      const { agents, vantages } = await sites.connect(site);
      const targets = await whileBeating(agents.start(request));
      const { locked, realtime } = await proberOf(campaignId).ensure(targets, probePeriodMs, LEASE_S);
      const clock = 'CLOCK_MONOTONIC of the machine that ran drover';
      await store.writeState(directory, 'targets', targets);
      const names = vantages === undefined ? {} : { vantages: vantages.names };
      const prober = { periodMs: probePeriodMs, promptMs, locked, realtime, clock };
      await store.updateCampaign(directory, { prober, ...names });
      // The measurement starts again what could not be started here, and what is missed until then is a gap.
      const start = (away: Prober): Promise<unknown> => away.ensure(targets, probePeriodMs, LEASE_S);
      if (vantages !== undefined)
        await whileBeating(atVantages(vantages, campaignId, 'the prober of a vantage did not start', start));
    } catch (error) {
      throw asFailure(error);
    }
  };
}
