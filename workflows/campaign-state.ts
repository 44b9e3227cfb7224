import { ApplicationFailure } from '@temporalio/workflow';
import type { CampaignKey } from '../campaign/contract/ids';
import type {
  MigrationArmed,
  MigrationEnded,
  MigrationWaits,
  Phase,
  Progress,
  RunningAction,
} from '../campaign/contract/messages';
import type { Action } from '../campaign/plan/plan';
import {
  effectiveDue,
  noteEnded,
  noteStarted,
  originalDue,
  pausePlan,
  postponeAfter,
  postponeAll,
  resumePlan,
  startSchedule,
  type Schedule,
} from '../campaign/plan/schedule';
import type { ListedAction, PlannedCampaign } from '../activities';
import { describeAction } from './describe-action';

const SHOWN_MIGRATIONS = 20;

/** A migration that was started, with what its end and a late permit mean for the rest of the plan. */
interface StartedAction extends RunningAction {
  /** Actions of the plan that follow its end. */
  readonly followers: number;
  /** It is an action of the plan: neither placement nor a further try. */
  readonly planned: boolean;
  /** The plan's delay and this action's due time when it was started. */
  readonly startedShiftMs: number;
  readonly startedDueMs: number;
}

/** Everything a campaign knows; plain JSON, carried across continue-as-new. Times UTC ms. */
export interface CampaignData {
  phase: Phase;
  planned: PlannedCampaign | null;
  schedule: Schedule | null;
  /** Paused before there was a schedule that could be. */
  pausedEarly: boolean;
  backgroundUntilMs: number | null;
  /** Index in the plan of the first action that was not started. */
  nextIndex: number;
  /** Actions that were not started yet and shall not be. */
  skips: string[];
  running: StartedAction[];
  /** How often an action was retried, by its id. */
  retries: Record<string, number>;
  done: number;
  failed: number;
  placementFailures: string[];
  last: MigrationEnded[];
  measuring: boolean;
  stop: 'abort' | 'cancel' | 'policy' | null;
  failure: string | null;
  /** When the plan's end was due and when it was reached, UTC ms; absent: it was not. */
  endReached?: { readonly dueMs: number; readonly atMs: number };
}

/** A migrate or place action that is being started. */
export interface Starting {
  readonly actionId: string;
  readonly kind: 'migrate' | 'place';
  readonly vm: string;
  readonly to: string;
  readonly dueMs: number;
  readonly followers: number;
}

/** The state of one campaign, and what its messages do to it. */
export class CampaignState {
  private window: readonly ListedAction[] = [];
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

  get paused(): boolean {
    return this.data.pausedEarly || (this.data.schedule?.pausedAtMs ?? null) !== null;
  }

  /** Migrations that hold no permit yet: they can still be held or dropped. */
  get waiting(): readonly RunningAction[] {
    return this.data.running.filter(({ state }) => state === 'waiting');
  }

  /** A migration of this VM was started and has said neither that it is armed nor why it waits. */
  isUnheard(vm: string): boolean {
    return this.waiting.some((entry) => entry.vm === vm && entry.reason === null);
  }

  /** Sets time zero; a pause that began before goes on. */
  setTimeZero(timeZeroMs: number, nowMs: number): void {
    const schedule = startSchedule(timeZeroMs);
    this.data.schedule = this.data.pausedEarly ? pausePlan(schedule, nowMs) : schedule;
    this.data.pausedEarly = false;
  }

  pause(nowMs: number): string {
    if (this.paused) return 'already paused';
    if (this.data.schedule === null) this.data.pausedEarly = true;
    else this.data.schedule = pausePlan(this.data.schedule, nowMs);
    return 'paused; migrations that are armed or running go on, everything later moves by the length of the pause';
  }

  resume(nowMs: number): string {
    if (!this.paused) return 'not paused';
    this.data.pausedEarly = false;
    if (this.data.schedule === null) return 'resumed before time zero: nothing moves';
    const before = this.data.schedule.shiftMs;
    this.data.schedule = resumePlan(this.data.schedule, nowMs);
    const lengthMs = this.data.schedule.shiftMs - before;
    return `resumed; everything still to come is ${Math.round(lengthMs / 1000)} s later`;
  }

  /** A cancel goes beyond an abort; never the other way round. */
  stop(how: 'abort' | 'cancel'): string {
    if (how === 'cancel' || this.data.stop === null) this.data.stop = how;
    const fate = this.data.stop !== 'cancel' ? 'end by themselves' : 'are cancelled';
    return `no further action; ${this.data.running.length} running migration(s) ${fate}, then agents are removed and the report is written`;
  }

  /** Delays the rest of the plan, e.g. because an action could not be armed in time. */
  postpone(byMs: number): void {
    this.data.schedule = postponeAll(this.schedule, byMs);
  }

  started({ followers, ...step }: Starting, action: Action | null): void {
    const startedShiftMs = this.data.schedule?.shiftMs ?? 0;
    const entry = {
      ...step,
      state: 'waiting',
      reason: null,
      followers,
      planned: action !== null,
      startedShiftMs,
      startedDueMs: step.dueMs,
    } as const;
    this.data.running.push(entry);
    if (action !== null) this.data.schedule = noteStarted(this.schedule, action);
  }

  migrationWaits({ actionId, reason }: MigrationWaits): void {
    this.change(actionId, (entry) => ({ ...entry, reason }));
  }

  /** Notes that a migration has its permit; the plan moves with it if the permit or the worker came late. */
  migrationArmed({ actionId, effectiveDueMs, delaysPlan }: MigrationArmed): void {
    this.change(actionId, (entry) => {
      const delayMs = effectiveDueMs - entry.startedDueMs;
      if (delaysPlan && this.data.schedule !== null && delayMs > 0) {
        this.data.schedule = postponeAfter(this.data.schedule, entry.startedShiftMs, delayMs);
      }
      return { ...entry, state: 'armed', dueMs: effectiveDueMs, reason: null };
    });
  }

  /** Notes a migration's result; a repeated one changes nothing. */
  migrationEnded(ended: MigrationEnded, nowMs: number): void {
    const started = this.data.running.find(({ actionId }) => actionId === ended.actionId);
    if (started === undefined) return;
    this.data.running = this.data.running.filter(({ actionId }) => actionId !== ended.actionId);
    const failed = ended.outcome !== 'succeeded' && ended.outcome !== 'no-op' && ended.outcome !== 'skipped';
    if (started.kind === 'place') {
      if (failed) this.data.placementFailures.push(`${ended.vm} to ${ended.to}: ${ended.error ?? ended.outcome}`);
      return;
    }
    if (started.planned) this.ended(ended.actionId, ended.endedAtMs, started.followers);
    if (failed) this.failed(nowMs);
    this.show(ended);
  }

  /** Keeps a migration among the last ones that people are shown and may retry. */
  show(ended: MigrationEnded): void {
    this.data.last = [...this.data.last, ended].slice(-SHOWN_MIGRATIONS);
  }

  /** Notes that an action of the plan is over. */
  ended(actionId: string, endedAtMs: number, followers: number): void {
    this.data.done += 1;
    if (this.data.schedule !== null) {
      this.data.schedule = noteEnded(this.data.schedule, actionId, endedAtMs, followers);
    }
  }

  /** The id under which an action is tried once more: its rows stand beside those of the tries before. */
  retryId(actionId: string): string {
    const count = (this.data.retries[actionId] ?? 0) + 1;
    this.data.retries[actionId] = count;
    return `${actionId}.${count}`;
  }

  private failed(nowMs: number): void {
    this.data.failed += 1;
    const { onFailure, maxFailures } = this.planned.policy;
    if (onFailure === 'abort' || (maxFailures !== null && this.data.failed > maxFailures)) this.data.stop ??= 'policy';
    if (onFailure === 'pause') this.pause(nowMs);
  }

  private change(actionId: string, change: (entry: StartedAction) => StartedAction): void {
    this.data.running = this.data.running.map((entry) => (entry.actionId === actionId ? change(entry) : entry));
  }

  /** The action that comes next, if the window that holds it has been fetched. */
  next(): ListedAction | undefined {
    return this.window[this.data.nextIndex - this.windowFrom];
  }

  /** The fetched part of the plan, from the first action that was not started. */
  upcoming(): readonly ListedAction[] {
    return this.window.slice(Math.max(0, this.data.nextIndex - this.windowFrom));
  }

  keepWindow(from: number, actions: readonly ListedAction[]): void {
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
    const next = data.phase === 'done' || data.phase === 'finishing' ? undefined : this.next()?.action;
    return {
      phase: data.phase,
      paused: this.paused,
      directory: data.planned?.directory ?? null,
      site: data.planned?.site ?? null,
      actionCount: data.planned?.actionCount ?? 0,
      done: data.done,
      failed: data.failed,
      running: data.running.map(({ actionId, kind, vm, to, dueMs, state, reason }) => {
        return { actionId, kind, vm, to, dueMs, state, reason };
      }),
      next:
        next === undefined
          ? null
          : { actionId: next.id, kind: next.kind, text: describeAction(next), dueMs: this.dueOf(next) },
      timeZeroMs: data.schedule?.timeZeroMs ?? null,
      backgroundUntilMs: data.backgroundUntilMs,
      delayedMs: data.schedule?.shiftMs ?? 0,
      last: data.last,
      stop: data.failure ?? data.stop,
    };
  }
}

function emptyData(): CampaignData {
  return {
    phase: 'planning',
    planned: null,
    schedule: null,
    pausedEarly: false,
    backgroundUntilMs: null,
    nextIndex: 0,
    skips: [],
    running: [],
    retries: {},
    done: 0,
    failed: 0,
    placementFailures: [],
    last: [],
    measuring: false,
    stop: null,
    failure: null,
  };
}
