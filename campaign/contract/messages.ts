import type { MigrationOutcome } from './migration';

/** Names on the wire of signals, updates and queries. */
export const MESSAGE = {
  migrationEnded: 'migrationEnded',
  migrationAcknowledged: 'migrationAcknowledged',
  stopMeasurement: 'stopMeasurement',
  measurementEnded: 'measurementEnded',
  measurementAcknowledged: 'measurementAcknowledged',
  progress: 'progress',
  pause: 'pause',
  resume: 'resume',
  abort: 'abort',
  cancel: 'cancel',
} as const;

/** Signal from a migration to its campaign, repeated until acknowledged. */
export interface MigrationEnded {
  readonly actionId: string;
  readonly endedAtMs: number;
  readonly outcome: MigrationOutcome;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly migrationMs: number | null;
  readonly downtimeMs: number | null;
  readonly latenessMs: number | null;
  readonly error: string | null;
}

/** Where a campaign is in its life. */
export type Phase =
  'planning' | 'preflight' | 'starting agents' | 'placing' | 'background' | 'running' | 'finishing' | 'done';

/** Answer of the `progress` query. Times UTC ms. */
export interface Progress {
  readonly phase: Phase;
  readonly paused: boolean;
  readonly directory: string | null;
  readonly site: string | null;
  readonly actionCount: number;
  readonly done: number;
  readonly failed: number;
  readonly running: readonly { readonly actionId: string; readonly vm: string; readonly to: string }[];
  readonly next: {
    readonly actionId: string;
    readonly kind: string;
    readonly text: string;
    readonly dueMs: number | null;
  } | null;
  readonly timeZeroMs: number | null;
  readonly backgroundUntilMs: number | null;
  /** The last migrations that ended, newest last, at most 20. */
  readonly last: readonly MigrationEnded[];
}
