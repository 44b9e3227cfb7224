import type { Prober } from '../agents/create-prober';

/** Stands for the prober of a vantage that the site file does not name any more: whatever is asked of it fails and says so. */
export function missingProber(vantage: string): Prober {
  const missing = (): Promise<never> =>
    Promise.reject(
      new Error(
        `vantage ${vantage} cannot be used: the site file of this worker does not name it, or its site cannot be opened`,
      ),
    );
  return { ensure: missing, renew: missing, collect: missing, clock: missing, stop: missing, remove: missing };
}
