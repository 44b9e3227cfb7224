import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../campaign/contract/messages';
import { MESSAGE } from '../campaign/contract/messages';
import type { campaign, CampaignResult } from '../workflows/campaign';
import { failureText } from './failure-text';
import type { ProgressDisplay } from './progress-display';

/** How a campaign that was followed ended. */
export type Followed =
  | { readonly kind: 'ended'; readonly result: CampaignResult }
  | { readonly kind: 'failed'; readonly type: string; readonly message: string }
  | { readonly kind: 'interrupted' };

const POLL_EVERY_MS = 1_000;

/** Shows a campaign's progress until it ends or `interrupted` is aborted; the campaign itself does not notice. */
export async function followCampaign(
  handle: WorkflowHandle<typeof campaign>,
  display: ProgressDisplay,
  interrupted: AbortSignal,
): Promise<Followed> {
  const ended = handle.result().then(
    (result): Followed => ({ kind: 'ended', result }),
    (error: unknown): Followed => {
      if (error instanceof WorkflowFailedError) return { kind: 'failed', ...failureText(error) };
      throw error;
    },
  );
  // After an interruption nobody waits for it any more.
  ended.catch(() => undefined);
  for (;;) {
    const pause = sleep(POLL_EVERY_MS, 'poll' as const, { signal: interrupted }).catch(() => 'interrupted' as const);
    const next = await Promise.race([ended, pause]);
    if (next === 'interrupted') return { kind: 'interrupted' };
    const progress = await handle.query<Progress>(MESSAGE.progress).catch(() => null);
    if (progress !== null) display.show(progress);
    if (next !== 'poll') {
      display.close();
      return next;
    }
  }
}
