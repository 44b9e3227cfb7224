/** How a migration ended, in the words of the results. */
export type MigrationOutcome = 'succeeded' | 'failed' | 'cancelled' | 'not-converged' | 'missed' | 'skipped' | 'no-op';
