import { proxyActivities, sleep } from '@temporalio/workflow';
import type { PeerAction } from './request-migration';

const { request } = proxyActivities<{ request: (action: PeerAction) => Promise<void> }>({
  startToCloseTimeout: '1 minute',
});

/** What one would write first: sleep until each action is due, then an activity that requests it. */
export async function timers(actions: readonly PeerAction[], zeroMs: number): Promise<void> {
  const requests: Promise<void>[] = [];
  for (const action of actions) {
    const leftMs = zeroMs + action.atMs - Date.now();
    if (leftMs > 0) await sleep(leftMs);
    requests.push(request(action));
  }
  await Promise.all(requests);
}
