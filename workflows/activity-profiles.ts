import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { FAILURE } from '../campaign/contract/failures';
import { ARM_LEAD_MS, REQUEST_TIMEOUT_MS } from '../campaign/contract/timing';

const FINAL_FAILURES = Object.values(FAILURE);

/** Validation and planning: local work of a second or two; its failures are the user's to mend. */
export const PLANNING: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds', nonRetryableErrorTypes: FINAL_FAILURES },
};

/** Asks every host and guest of a site: minutes with slow guests; an unreachable site is retried while an operator mends it. */
export const SITE: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: {
    initialInterval: '2 seconds',
    maximumInterval: '30 seconds',
    maximumAttempts: 20,
    nonRetryableErrorTypes: FINAL_FAILURES,
  },
};

/** Removes a marker while the campaign waits for the result: half a minute for a host that does not answer, then it stays. */
export const TIDY: ActivityOptions = { ...SITE, retry: { ...SITE.retry, maximumAttempts: 5 } };

/** Small file writes and reads on the worker's machine; retried for as long as it takes, nothing may be lost. */
export const STORE: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', nonRetryableErrorTypes: [FAILURE.invalidSpec] },
};

/** One segment of collection: a minute long, heard of every few seconds; the next attempt goes on from the stored cursor. */
export const COLLECTION: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
};

/**
 * Renders tables and report from everything stored: grows with the campaign. Attempts have no limit here, because a full
 * disk is waited for as long as it takes; the activity itself gives up after ten that failed for any other reason.
 */
export const FINISH: ActivityOptions = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5 minutes',
  retry: {
    initialInterval: '2 seconds',
    maximumInterval: '1 minute',
    nonRetryableErrorTypes: FINAL_FAILURES,
  },
};

/** Between a request that just made it and the moment when its effect must have shown there is this much to spare. */
const SPARE_MS = 15_000;

/**
 * The armed activity: holds one migration from a few seconds before its due time to its end, at most a day.
 * Its heartbeat timeout exceeds lead, tolerance and one request together, so a second attempt never overlaps the call of the first.
 */
export function armed(lateToleranceMs: number): ActivityOptions {
  return {
    startToCloseTimeout: '24 hours',
    heartbeatTimeout: ARM_LEAD_MS + lateToleranceMs + REQUEST_TIMEOUT_MS + SPARE_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '500 milliseconds',
      maximumInterval: '10 seconds',
      nonRetryableErrorTypes: FINAL_FAILURES,
    },
  };
}

/**
 * Watches a site while anybody holds or wants a permit: for as long as that is, so it is started anew after a day at the
 * latest. Retries cost no history; a hypervisor that does not answer is asked again every ten seconds for ever.
 */
export const PERMIT_WATCH: ActivityOptions = {
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
};
