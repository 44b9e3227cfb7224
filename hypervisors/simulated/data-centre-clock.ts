import { createDataCentreClient } from './data-centre-client';

/** How far a data centre's clock is from ours; true within the uncertainty, half the round trip. Milliseconds. */
export interface DataCentreClock {
  /** On our clock. */
  readonly atMs: number;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

const READINGS = 3;

/** Reads it three times; the shortest round trip counts. @returns null if it does not answer */
export async function readDataCentreClock(url: string): Promise<DataCentreClock | null> {
  const client = createDataCentreClient(url);
  let best: DataCentreClock | null = null;
  for (let n = 0; n < READINGS; n += 1) {
    const sentAt = performance.now();
    const nowMs = await client.clock().catch(() => null);
    if (nowMs === null) continue;
    const uncertaintyMs = (performance.now() - sentAt) / 2;
    const atMs = Date.now() - uncertaintyMs;
    if (best === null || uncertaintyMs < best.uncertaintyMs) best = { atMs, offsetMs: nowMs - atMs, uncertaintyMs };
  }
  return best;
}
