import type { Action } from '../plan/plan';
import type { MigrationOutcome } from './migration';

/** Names on the wire of signals, updates and queries. */
export const MESSAGE = {
  migrationWaits: 'migrationWaits',
  migrationArmed: 'migrationArmed',
  migrationEnded: 'migrationEnded',
  migrationAcknowledged: 'migrationAcknowledged',
  holdMigration: 'holdMigration',
  dropMigration: 'dropMigration',
  stopMeasurement: 'stopMeasurement',
  measurementEnded: 'measurementEnded',
  measurementAcknowledged: 'measurementAcknowledged',
  progress: 'progress',
  plan: 'plan',
  actions: 'actions',
  pause: 'pause',
  resume: 'resume',
  skip: 'skip',
  retry: 'retry',
  abort: 'abort',
  cancel: 'cancel',
} as const;

/** Which action of the plan an update is about. */
export interface ActionInput {
  readonly action: string;
}

/** Which part of what is still to come the `actions` query answers. */
export interface ActionsInput {
  /** 0: the next action. */
  readonly from?: number;
  readonly limit?: number;
}

/** An action that was not started yet, as the `actions` query answers it. Times UTC ms; null: not known yet. */
export interface UpcomingAction {
  readonly action: Action;
  readonly originalDueMs: number | null;
  readonly effectiveDueMs: number | null;
  readonly skipped: boolean;
}

/** Signal from a migration that waits for its permit: why, in one line for people. */
export interface MigrationWaits {
  readonly actionId: string;
  readonly reason: string;
}

/** Signal from a migration that has its permit and is about to fire. */
export interface MigrationArmed {
  readonly actionId: string;
  /** When it fires, UTC ms; later than asked for if the permit came late. */
  readonly effectiveDueMs: number;
  /** By the policy of its campaign, the rest of the plan is delayed as much as this action was. */
  readonly delaysPlan: boolean;
}

/** Signal to a migration that is not armed yet: do not arm before the hold is over. */
export interface HoldMigration {
  readonly held: boolean;
}

/** Signal to a migration that is not armed yet: give up, with this reason. */
export interface DropMigration {
  readonly reason: string;
}

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

/** A migration that was started and whose result has not come yet. */
export interface RunningAction {
  readonly actionId: string;
  readonly kind: 'migrate' | 'place';
  readonly vm: string;
  readonly to: string;
  /** When it fires or fired, UTC ms. */
  readonly dueMs: number;
  /** `waiting`: for its permit or its time; `armed`: it fires at its due time whatever happens to the campaign. */
  readonly state: 'waiting' | 'armed';
  /** Why it waits. */
  readonly reason: string | null;
}

/** Answer of the `progress` query. Times UTC ms. */
export interface Progress {
  readonly phase: Phase;
  readonly paused: boolean;
  readonly directory: string | null;
  readonly site: string | null;
  readonly actionCount: number;
  readonly done: number;
  readonly failed: number;
  readonly running: readonly RunningAction[];
  readonly next: {
    readonly actionId: string;
    readonly kind: string;
    readonly text: string;
    readonly dueMs: number | null;
  } | null;
  readonly timeZeroMs: number | null;
  readonly backgroundUntilMs: number | null;
  /** Everything that the plan was delayed by so far: postponements and pauses. */
  readonly delayedMs: number;
  /** The last migrations that ended, newest last, at most 20. */
  readonly last: readonly MigrationEnded[];
  /** Why the campaign stops before its end; null: it does not. */
  readonly stop: string | null;
}
