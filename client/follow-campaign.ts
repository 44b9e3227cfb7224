import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../campaign/contract/messages';
import { MESSAGE } from '../campaign/contract/messages';
import type { campaign, CampaignResult } from '../workflows/campaign';
import { CommandError, EXIT } from './exit';
import { failureText, isUnreachable } from './failure-text';
import { describeUnpolled, unpolledQueues } from './find-workers';
import type { ProgressDisplay } from './progress-display';

/** How a campaign that was followed ended. */
export type Followed =
  | { readonly kind: 'ended'; readonly result: CampaignResult }
  | { readonly kind: 'failed'; readonly type: string; readonly message: string }
  | { readonly kind: 'interrupted' };

type Handle = WorkflowHandle<typeof campaign>;

const POLL_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
/** A worker that was just started needs some seconds until it polls. */
const LOOK_FOR_WORKERS_EVERY_MS = 10_000;
/** A server that is being restarted or moved is waited for this long. */
const SERVER_AWAY_AT_MOST_MS = 600_000;

/**
 * Shows a campaign's progress until it ends or `interrupted` is aborted; the campaign itself does not notice.
 * @throws CommandError (exit code 3) if the server stays away
 */
export async function followCampaign(
  handle: Handle,
  display: ProgressDisplay,
  interrupted: AbortSignal,
): Promise<Followed> {
  // Each long poll of a client leaves a listener behind: many over a long campaign, and none of them wrong.
  setMaxListeners(0, interrupted);
  const ended = waitForEnd(handle, display, interrupted);
  // After an interruption nobody waits for it any more.
  ended.catch(() => undefined);
  const stopped = new Promise<Followed>((resolve) => {
    const stop = (): void => resolve({ kind: 'interrupted' });
    if (interrupted.aborted) stop();
    interrupted.addEventListener('abort', stop, { once: true });
  });
  const look = workerLook(handle, display);
  let site: string | null = null;
  for (;;) {
    const next = await Promise.race([stopped, ended, sleep(POLL_EVERY_MS, null)]);
    if (next?.kind === 'interrupted') {
      display.close();
      return next;
    }
    const progress = await Promise.race([stopped.then(() => null), askProgress(handle)]);
    if (progress !== null) display.show(progress);
    if (next !== null) {
      display.close();
      return next;
    }
    site = progress?.site ?? site;
    await Promise.race([stopped, look(site)]);
  }
}

/** Asks a campaign where it is. @returns null if nobody answers in time */
export async function askProgress(handle: Handle): Promise<Progress | null> {
  return handle.client
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => handle.query<Progress>(MESSAGE.progress))
    .catch(() => null);
}

/** Waits for the end through any restart of the server. */
async function waitForEnd(handle: Handle, display: ProgressDisplay, interrupted: AbortSignal): Promise<Followed> {
  let awaySinceMs: number | null = null;
  for (;;) {
    const askedAtMs = Date.now();
    try {
      const result = await handle.client.withAbortSignal(interrupted, async () => handle.result());
      return { kind: 'ended', result };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { kind: 'failed', ...failureText(error) };
      if (interrupted.aborted || !isUnreachable(error)) throw error;
      awaySinceMs ??= askedAtMs;
      if (Date.now() - awaySinceMs > SERVER_AWAY_AT_MOST_MS) {
        const message = `the Temporal server has not answered for ten minutes; "drover watch ${handle.workflowId}" follows on when it is back`;
        throw new CommandError(message, EXIT.unreachable, { cause: error });
      }
      display.say('the Temporal server does not answer; still trying, Ctrl-C stops following');
      await sleep(POLL_EVERY_MS);
      if (await answers(handle)) awaySinceMs = null;
    }
  }
}

async function answers(handle: Handle): Promise<boolean> {
  return handle.describe().then(
    () => true,
    () => false,
  );
}

/** Says from time to time what no worker polls, and once that this is over. */
function workerLook(handle: Handle, display: ProgressDisplay): (site: string | null) => Promise<void> {
  let lookedAtMs = Date.now();
  let said: string | null = null;
  return async (site) => {
    if (Date.now() - lookedAtMs < LOOK_FOR_WORKERS_EVERY_MS) return;
    const queues = await unpolledQueues(handle.client, site).catch(() => null);
    lookedAtMs = Date.now();
    if (queues === null) return;
    const notice = describeUnpolled(queues);
    if (notice !== null && notice !== said) display.say(`the campaign waits: ${notice}`);
    said = notice;
  };
}
