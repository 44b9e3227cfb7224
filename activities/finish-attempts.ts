import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import { whileBeating } from './while-beating';

/** After so many attempts in vain a campaign ends without tables; those that a full disk ended do not count. */
const ATTEMPTS = 10;

/**
 * Runs one attempt of an activity whose profile limits none, because a full disk is waited for as long as it takes. How
 * many counted so far is in the heartbeats, which Temporal keeps from attempt to attempt; an attempt counts from its
 * beginning, so that one whose worker is killed counts too. @throws ApplicationFailure that is retried, or not
 */
export async function attemptFinish<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const before = attemptsBefore(context.info.heartbeatDetails);
  if (before >= ATTEMPTS) throw gaveUp('its worker ended, or it took longer than an hour');
  const begun = { attempts: before + 1 };
  context.heartbeat(begun);
  try {
    return await whileBeating(work(), begun);
  } catch (error) {
    if (isDiskFull(error)) {
      context.heartbeat({ attempts: before });
      const message = `${error.message} The campaign waits for it and tries again every minute.`;
      throw ApplicationFailure.create({ message, type: error.code, cause: error });
    }
    if (begun.attempts < ATTEMPTS) throw error;
    throw gaveUp(error instanceof Error ? error.message : String(error));
  }
}

function attemptsBefore(details: unknown): number {
  if (typeof details !== 'object' || details === null || !('attempts' in details)) return 0;
  return Number(details.attempts);
}

function gaveUp(problem: string): ApplicationFailure {
  const message = `tables and report could not be written in ${String(ATTEMPTS)} attempts; of the last one: ${problem}`;
  return ApplicationFailure.nonRetryable(message, FAILURE.store, "The worker's log has what became of each attempt.");
}

/** By name, as it may come from another thread. */
function isDiskFull(error: unknown): error is Error & { code: 'disk-full' } {
  return error instanceof Error && error.name === 'StoreError' && 'code' in error && error.code === 'disk-full';
}
