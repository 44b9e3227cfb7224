import { Context } from '@temporalio/activity';
import type { Prober } from '../agents/create-prober';
import type { Vantages } from './dependencies';

/** Does something with the prober of each further vantage; one that fails is told of in the log, and is no error. */
export async function atVantages(
  vantages: Vantages,
  campaignId: string,
  whenFailed: string,
  act: (prober: Prober) => Promise<unknown>,
): Promise<void> {
  const acts = vantages.names.map(async (vantage) => {
    try {
      await act(vantages.prober(campaignId, vantage));
    } catch (error) {
      Context.current().log.warn(whenFailed, {
        vantage,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  });
  await Promise.all(acts);
}
