/** How a migration ended, in the words of the results. */
export type MigrationOutcome = 'succeeded' | 'failed' | 'cancelled' | 'not-converged' | 'missed' | 'skipped' | 'no-op';

/** What the row of a migration says that was cancelled while it waited, was armed, or had no worker. */
export const CANCELLED_BEFORE = 'cancelled before it was requested';
