/** What is left of a finished campaign. */
export interface FinishedCampaign {
  readonly report: string;
  readonly migrations: { readonly total: number; readonly succeeded: number };
}
import type { Dependencies } from './dependencies';
export function createFinishCampaign(_d: Dependencies) {
  return async function finishCampaign(_input: {
    directory: string;
    outcome: 'completed' | 'failed' | 'aborted' | 'cancelled';
    failure: string | null;
  }): Promise<FinishedCampaign> {
    throw new Error('x');
  };
}
