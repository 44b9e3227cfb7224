import { ApplicationFailure } from '@temporalio/workflow';
import type { CampaignKey } from '../campaign/contract/ids';
import type { MigrationEnded, Phase, Progress } from '../campaign/contract/messages';
import type { Action } from '../campaign/plan/plan';
import { effectiveDue, noteEnded, originalDue, postponeAll, type Schedule } from '../campaign/plan/schedule';
import type { PlannedCampaign } from '../activities';

const SHOWN_MIGRATIONS = 20;

/** One migration that was started and whose result has not come yet. */
export interface RunningMigration {
  readonly actionId: string;
  readonly vm: string;
  readonly to: string;
  readonly kind: 'migrate' | 'place';
}

/** Everything a campaign knows; plain JSON, carried across continue-as-new. Times UTC ms. */
export interface CampaignData {
  phase: Phase;
  planned: PlannedCampaign | null;
  schedule: Schedule | null;
  backgroundUntilMs: number | null;
  /** Index in the plan of the first action that was not started. */
  nextIndex: number;
  running: RunningMigration[];
  done: number;
  failed: number;
  placementFailures: string[];
  last: MigrationEnded[];
  measuring: boolean;
  pausedAtMs: number | null;
  stop: 'abort' | 'cancel' | 'policy' | null;
  failure: string | null;
}

/** The state of one campaign, and what its messages do to it. */
export class CampaignState {
  private window: readonly Action[] = [];
  private windowFrom = 0;

  constructor(
    readonly key: CampaignKey,
    readonly data: CampaignData = emptyData(),
  ) {}

  /** True once no further action may be armed. */
  get stopping(): boolean {
    return this.data.stop !== null || this.data.failure !== null;
  }

  get planned(): PlannedCampaign {
    if (this.data.planned === null) throw ApplicationFailure.nonRetryable('the campaign is not planned yet');
    return this.data.planned;
  }

  get schedule(): Schedule {
    if (this.data.schedule === null) throw ApplicationFailure.nonRetryable('time zero has not come yet');
    return this.data.schedule;
  }

  pause(nowMs: number): string {
    if (this.data.pausedAtMs !== null) return 'already paused';
    this.data.pausedAtMs = nowMs;
    return 'paused; migrations that are armed or running go on, everything later moves by the length of the pause';
  }

  resume(nowMs: number): string {
    if (this.data.pausedAtMs === null) return 'not paused';
    const lengthMs = nowMs - this.data.pausedAtMs;
    this.data.pausedAtMs = null;
    if (this.data.schedule !== null) this.data.schedule = postponeAll(this.data.schedule, lengthMs);
    return `resumed; everything still to come is ${String(Math.round(lengthMs / 1000))} s later`;
  }

  stop(how: 'abort' | 'cancel'): string {
    this.data.stop ??= how;
    const running = this.data.running.length;
    const fate = how === 'abort' ? 'end by themselves' : 'are cancelled';
    return `no further action; ${String(running)} running migration(s) ${fate}, then agents are removed and the report is written`;
  }

  started(migration: RunningMigration): void {
    this.data.running.push(migration);
  }

  /** Notes a migration's result; a repeated one changes nothing. */
  migrationEnded(ended: MigrationEnded): void {
    const started = this.data.running.find(({ actionId }) => actionId === ended.actionId);
    if (started === undefined) return;
    this.data.running = this.data.running.filter(({ actionId }) => actionId !== ended.actionId);
    const failed = ended.outcome !== 'succeeded' && ended.outcome !== 'no-op';
    if (started.kind === 'place') {
      if (failed) this.data.placementFailures.push(`${ended.vm} to ${ended.to}: ${ended.error ?? ended.outcome}`);
      return;
    }
    this.ended(ended.actionId, ended.endedAtMs);
    if (failed) this.failed();
    this.data.last = [...this.data.last, ended].slice(-SHOWN_MIGRATIONS);
  }

  /** Notes that an action of the plan is over. */
  ended(actionId: string, endedAtMs: number): void {
    this.data.done += 1;
    if (this.data.schedule !== null) this.data.schedule = noteEnded(this.data.schedule, actionId, endedAtMs);
  }

  private failed(): void {
    this.data.failed += 1;
    const { onFailure, maxFailures } = this.planned.policy;
    if (onFailure === 'abort' || (maxFailures !== null && this.data.failed > maxFailures)) this.data.stop ??= 'policy';
    if (onFailure === 'pause') this.data.pausedAtMs ??= Date.now();
  }

  /** The action that comes next, if the window that holds it has been fetched. */
  next(): Action | undefined {
    return this.window[this.data.nextIndex - this.windowFrom];
  }

  keepWindow(from: number, actions: readonly Action[]): void {
    this.windowFrom = from;
    this.window = actions;
  }

  dueOf(action: Action): number | null {
    return this.data.schedule === null ? null : effectiveDue(action, this.data.schedule);
  }

  originalDueOf(action: Action): number | null {
    return this.data.schedule === null ? null : originalDue(action, this.data.schedule);
  }

  progress(): Progress {
    const { data } = this;
    const next = data.phase === 'done' || data.phase === 'finishing' ? undefined : this.next();
    return {
      phase: data.phase,
      paused: data.pausedAtMs !== null,
      directory: data.planned?.directory ?? null,
      site: data.planned?.site ?? null,
      actionCount: data.planned?.actionCount ?? 0,
      done: data.done,
      failed: data.failed,
      running: data.running.map(({ actionId, vm, to }) => ({ actionId, vm, to })),
      next:
        next === undefined
          ? null
          : { actionId: next.id, kind: next.kind, text: describeAction(next), dueMs: this.dueOf(next) },
      timeZeroMs: data.schedule?.timeZeroMs ?? null,
      backgroundUntilMs: data.backgroundUntilMs,
      last: data.last,
    };
  }
}

/** An action in a few words, for summaries and progress lines. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'migrate':
      return `${action.vm} to ${action.to}`;
    case 'add-clients':
    case 'remove-clients':
      return `${action.kind} ${String(action.count)} x ${action.clientType}`;
    case 'end':
      return 'end';
  }
}

function emptyData(): CampaignData {
  return {
    phase: 'planning',
    planned: null,
    schedule: null,
    backgroundUntilMs: null,
    nextIndex: 0,
    running: [],
    done: 0,
    failed: 0,
    placementFailures: [],
    last: [],
    measuring: false,
    pausedAtMs: null,
    stop: null,
    failure: null,
  };
}
