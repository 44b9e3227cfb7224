import type { RunMigrationInput } from '../activities';
import type { CampaignKey } from '../campaign/contract/ids';
import type { SiteQueues } from '../campaign/contract/queues';
import type { TimePolicy } from '../campaign/plan/next-step';

/** What one migration is to do. Times UTC ms. */
export interface MigrationInput {
  readonly key: CampaignKey;
  readonly queues: SiteQueues;
  readonly site: string;
  readonly directory: string;
  readonly actionId: string;
  /** `place` brings a VM to its first host and stays out of the statistics. */
  readonly kind: 'migrate' | 'place';
  readonly vm: string;
  readonly to: string;
  readonly originalDueMs: number | null;
  readonly dueMs: number;
  readonly options: RunMigrationInput['intent']['options'];
  readonly policy: TimePolicy & Pick<RunMigrationInput, 'deadlineMs' | 'onDeadline'>;
  /** Migrations at once on one host, if the campaign wants fewer than the site allows. */
  readonly migrationsPerHost: number | null;
}

/** The figures of a migration that was never requested. */
export const NOT_REQUESTED = {
  figures: {},
  armedAtMs: null,
  requestedAtMs: null,
  finishedAtMs: null,
  migrationMs: null,
  attempts: 0,
  provenance: 'observed',
} as const;
