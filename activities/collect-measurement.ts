import type { Dependencies } from './dependencies';
export function createCollectMeasurement(_d: Dependencies) {
  return async function collectMeasurement(_input: {
    site: string;
    campaignId: string;
    directory: string;
    last: boolean;
  }): Promise<void> {
    throw new Error('x');
  };
}
