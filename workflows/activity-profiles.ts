import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { FAILURE } from '../campaign/contract/failures';

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

/** Renders tables and report from everything stored: grows with the campaign. */
export const FINISH: ActivityOptions = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5 minutes',
  retry: {
    initialInterval: '2 seconds',
    maximumInterval: '1 minute',
    maximumAttempts: 10,
    nonRetryableErrorTypes: FINAL_FAILURES,
  },
};

/**
 * The armed activity: holds one migration from a few seconds before its due time to its end, at most a day.
 * Its heartbeat timeout exceeds the tolerance for lateness plus one request, so a second attempt never overlaps the call of the first.
 */
export const ARMED: ActivityOptions = {
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '45 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds', nonRetryableErrorTypes: FINAL_FAILURES },
};
