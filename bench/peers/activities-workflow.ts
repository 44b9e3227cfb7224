import { proxyActivities } from '@temporalio/workflow';
import type { PeerAction } from './request-migration';

const { migrate } = proxyActivities<{ migrate: (action: PeerAction) => Promise<void> }>({
  startToCloseTimeout: '1 hour',
});

/** One activity a migration, `concurrent` at a time: each follows the one that many places before it. */
export async function activities(actions: readonly PeerAction[], concurrent: number): Promise<void> {
  const lanes = Array.from({ length: concurrent }, async (_, lane) => {
    for (let index = lane; index < actions.length; index += concurrent) {
      const action = actions[index];
      if (action !== undefined) await migrate(action);
    }
  });
  await Promise.all(lanes);
}
