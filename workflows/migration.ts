import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { intentId, migrationWorkflowId, type CampaignKey } from '../campaign/contract/ids';
import {
  MESSAGE,
  type DropMigration,
  type HoldMigration,
  type MigrationArmed,
  type MigrationEnded,
  type MigrationWaits,
} from '../campaign/contract/messages';
import { CANCELLED_BEFORE } from '../campaign/contract/migration';
import { migrationOptions } from '../campaign/contract/migration-options';
import { PERMIT_MESSAGE, type PermitGranted, type PermitWaiting } from '../campaign/contract/permits';
import { ARM_LEAD_MS } from '../campaign/contract/timing';
import { LOST_AFTER } from '../campaign/plan/silent-hosts';
import type {
  ArmedActivities,
  MigrationResult,
  RunMigrationInput,
  SiteActivities,
  StaleBaseline,
  TakenBaseline,
} from '../activities';
import { armed, SITE, STORE, TIDY } from './activity-profiles';
import { NOT_REQUESTED, type MigrationInput } from './migration-input';
import { requestPermitUntilGranted, returnPermit } from './migration-permit';
import { MigrationState } from './migration-state';
import { showEnded } from '../campaign/contract/show-ended';
import { reportUntilAcknowledged } from './report-until-acknowledged';
import { bold, showTime } from '../campaign/contract/show-figures';

export const migrationAcknowledgedSignal = defineSignal(MESSAGE.migrationAcknowledged);
export const holdMigrationSignal = defineSignal<[HoldMigration]>(MESSAGE.holdMigration);
export const dropMigrationSignal = defineSignal<[DropMigration]>(MESSAGE.dropMigration);
export const permitGrantedSignal = defineSignal<[PermitGranted]>(PERMIT_MESSAGE.permitGranted);
export const permitWaitingSignal = defineSignal<[PermitWaiting]>(PERMIT_MESSAGE.permitWaiting);

/** One migrate (or place) action: permit, baseline into history, armed activity, outcome into the store, result to the campaign. */
export async function migration(input: MigrationInput): Promise<MigrationEnded> {
  const state = new MigrationState();
  handleMessages(state, input);
  const run = new Run(input, state);
  const result = await run.carryOut();
  return CancellationScope.nonCancellable(() => storeAndReport(input, run, result, state));
}

function handleMessages(state: MigrationState, { key, actionId, vm, to, dueMs }: MigrationInput): void {
  setHandler(migrationAcknowledgedSignal, () => void (state.acknowledged = true), {
    description: 'The campaign has the result of this migration.',
  });
  setHandler(permitGrantedSignal, (granted) => state.granted(granted), {
    description: 'Source and target host may carry this migration now.',
  });
  setHandler(
    permitWaitingSignal,
    async (waiting) => {
      state.waits(waiting);
      setCurrentDetails(`**Waits for its permit:** ${vm} to ${to}, due ${showTime(dueMs)}. ${waiting.reason}`);
      await tellCampaign(key, MESSAGE.migrationWaits, { actionId, reason: waiting.reason });
    },
    { description: 'Why the permit is still to come.' },
  );
  setHandler(holdMigrationSignal, (hold) => state.hold(hold, Date.now()), {
    description: 'The campaign is paused, or goes on.',
  });
  setHandler(dropMigrationSignal, (drop) => state.drop(drop), { description: 'Give up if not armed yet.' });
}

/** A VM that is never as it was looked up a moment ago is nothing that one more look mends. */
const MOST_STALE = 5;
/** Nor are clocks that do not agree. */
const MOST_MISSED = 20;

const ALWAYS_MISSED =
  'no worker could request it in time, however often it was armed again: compare the clocks of the worker, the hosts and the Temporal server';

/** The way of one migration from its permit to its result. */
class Run {
  private baseline: TakenBaseline | null = null;
  /** Counts intents: each is submitted once at most. */
  private decision = 1;
  private requests = 0;
  private permitId: string | null = null;
  /** It was returned already, or without a result nobody knows whether the hypervisor is done: then the permit's watcher returns it. */
  private keepsPermit = false;
  /** Earlier intents, by which nothing was requested. */
  readonly spent: RunMigrationInput['intent'][] = [];
  /** When it was really to be requested, after waiting for its permit. */
  effectiveDueMs: number;

  constructor(
    private readonly input: MigrationInput,
    private readonly state: MigrationState,
  ) {
    this.effectiveDueMs = input.dueMs;
  }

  get from(): string | null {
    return this.baseline?.from ?? null;
  }

  get intent(): RunMigrationInput['intent'] | null {
    const { key, actionId, vm, to, policy } = this.input;
    if (this.from === null) return null;
    const options = migrationOptions(this.input.options, policy);
    return { id: intentId(key, actionId, this.decision), vm, from: this.from, to, options };
  }

  async carryOut(): Promise<MigrationResult> {
    try {
      return (await this.obtainPermit()) ?? (await this.fire());
    } catch (error) {
      if (isCancellation(error)) return notRequested('cancelled', CANCELLED_BEFORE);
      return notRequested('failed', failureText(error));
    } finally {
      if (!this.keepsPermit && this.permitId !== null) await returnPermit(this.input, this.permitId);
    }
  }

  /** @returns null with the permit in hand, or the result of a migration that is not to be */
  private async obtainPermit(): Promise<MigrationResult | null> {
    const { input, state } = this;
    for (;;) {
      // A permit that waits for the end of a pause would keep both hosts from others.
      await condition(() => !state.held || state.dropped !== null);
      const { from } = await this.takeBaseline();
      this.requests += 1;
      const requestId = `${migrationWorkflowId(input.key, input.actionId)}#${this.requests}`;
      this.permitId = requestId;
      state.asked(requestId);
      const patienceUntilMs = input.policy.whenBusy === 'skip' ? input.dueMs : null;
      const end = await requestPermitUntilGranted(input, state, { requestId, from, patienceUntilMs });
      if (state.dropped !== null) return notRequested('skipped', state.dropped);
      if (end === 'host lost') return notRequested('failed', `no permit in ${LOST_AFTER}: ${state.reason ?? ''}`);
      if (state.permitAtMs === null)
        return notRequested('skipped', `no permit when it was due: ${state.reason ?? 'hosts are busy'}`);
      // What the VM does meanwhile without our knowing is noticed when it is armed or requested.
      const moved = state.vmMoves && (await this.takeBaseline()).from !== from;
      if (!moved && !state.held) return null;
      await returnPermit(input, requestId);
    }
  }

  private async takeBaseline(): Promise<TakenBaseline> {
    const { queues, site, vm, to } = this.input;
    const { takeBaseline } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: queues.activities });
    this.baseline = await takeBaseline.executeWithOptions({ summary: `look up ${vm} before it moves` }, [
      { site, vm, to },
    ]);
    return this.baseline;
  }

  private async fire(): Promise<MigrationResult> {
    const { key, actionId, dueMs, policy } = this.input;
    this.dueFrom(dueMs + this.state.heldForMs);
    let delaysPlan = policy.whenBusy === 'postpone-all';
    for (let stale = 0, missed = 0; ;) {
      const { effectiveDueMs } = this;
      const [result] = await Promise.all([
        this.runMigration(),
        // Second, and not awaited before: the request would wait for it too.
        tellCampaign(key, MESSAGE.migrationArmed, { actionId, effectiveDueMs, delaysPlan }),
      ]);
      if (result.outcome === 'stale') {
        stale += 1;
        if (stale > MOST_STALE) return notRequested('failed', result.error);
        this.dueFrom(Math.max(effectiveDueMs, Date.now()));
      } else {
        if (result.outcome !== 'missed' || policy.whenLate === 'skip') return result;
        missed += 1;
        if (missed > MOST_MISSED) return { ...result, error: ALWAYS_MISSED };
        // Nobody could request it in time and nothing was submitted.
        delaysPlan = policy.whenLate === 'shift-all';
        this.dueFrom(Date.now() + (delaysPlan ? ARM_LEAD_MS : 0));
      }
      const refusal = await this.newIntent();
      if (refusal !== null) return refusal;
    }
  }

  /** Never the old intent once more. @returns the result of a migration that is not to be, after all */
  private async newIntent(): Promise<MigrationResult | null> {
    const { from: permitFrom, intent } = this;
    if (intent !== null) this.spent.push(intent);
    this.decision += 1;
    const { from } = await this.takeBaseline();
    if (from === permitFrom) return null;
    if (this.permitId !== null) await returnPermit(this.input, this.permitId);
    const refusal = await this.obtainPermit();
    this.dueFrom(this.effectiveDueMs);
    return refusal;
  }

  /** Due at this time, or when the permit came if that was later. */
  private dueFrom(dueMs: number): void {
    this.effectiveDueMs = Math.max(dueMs, this.state.permitAtMs ?? dueMs);
  }

  private async runMigration(): Promise<MigrationResult | StaleBaseline> {
    const { queues, site, vm, to, policy } = this.input;
    const { effectiveDueMs: dueMs, baseline, intent } = this;
    const permit = this.permitId === null ? {} : { permitId: this.permitId };
    if (baseline === null || intent === null) return notRequested('failed', `${vm} was not looked up`);
    const cancelled = (): boolean => CancellationScope.current().consideredCancelled;
    if (cancelled()) return notRequested('cancelled', CANCELLED_BEFORE);
    const { lateToleranceMs, deadlineMs, onDeadline } = policy;
    const { runMigration } = proxyActivities<ArmedActivities>({ ...armed(lateToleranceMs), taskQueue: queues.armed });
    setCurrentDetails(`**Armed or running:** ${vm} from ${baseline.from} to ${to}, due ${showTime(dueMs)}`);
    const notAfterMs = Math.max(dueMs, Date.now()) + lateToleranceMs;
    const request = { site, intent, baseline: baseline.baseline, dueMs, notAfterMs, deadlineMs, onDeadline, ...permit };
    try {
      const summary = `migrate ${vm}: ${baseline.from} to ${to}, due ${showTime(dueMs)}`;
      return await this.untilOver(runMigration.executeWithOptions({ summary }, [request]));
    } catch (error) {
      if (!cancelled()) throw error;
      // The server starts no further attempt of a cancelled activity: one that lost its worker left the migration alone.
      const summary = `cancel the migration of ${vm}, if there is one`;
      return CancellationScope.nonCancellable(() =>
        this.untilOver(runMigration.executeWithOptions({ summary }, [{ ...request, onlyCancel: true }])),
      );
    }
  }

  private async untilOver(armed: Promise<MigrationResult | StaleBaseline>): Promise<MigrationResult | StaleBaseline> {
    this.keepsPermit = true;
    const result = await armed;
    this.keepsPermit = 'permitReturned' in result && result.permitReturned;
    return result;
  }
}

async function storeAndReport(
  input: MigrationInput,
  run: Run,
  result: MigrationResult,
  state: MigrationState,
): Promise<MigrationEnded> {
  const { key, directory, site, actionId, kind, vm, to, originalDueMs, dueMs, queues } = input;
  const { effectiveDueMs, from, intent } = run;
  const { recordMigration } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: queues.activities });
  const { forgetMigration } = proxyActivities<SiteActivities>({ ...TIDY, taskQueue: queues.activities });
  const ended = await recordMigration.executeWithOptions({ summary: `store the outcome: ${vm} ${result.outcome}` }, [
    { key, directory, actionId, kind, vm, from, to, originalDueMs, dueMs, effectiveDueMs, result },
  ]);
  setCurrentDetails(showEnded(ended, bold));
  const perhapsMarked = result.requestedAtMs !== null || result.outcome === 'failed' || result.outcome === 'missed';
  for (const marked of [...run.spent, ...(intent !== null && perhapsMarked ? [intent] : [])]) {
    await forgetMigration
      .executeWithOptions({ summary: 'remove the marker from the source host' }, [{ site, intent: marked }])
      .catch(() => undefined);
  }
  await reportUntilAcknowledged(key.campaignId, MESSAGE.migrationEnded, ended, () => state.acknowledged);
  return ended;
}

/** Tells the campaign news that it can do without if it has closed. */
async function tellCampaign(
  { campaignId }: CampaignKey,
  signal: string,
  payload: MigrationArmed | MigrationWaits,
): Promise<void> {
  await getExternalWorkflowHandle(campaignId)
    .signal(signal, payload)
    .catch(() => undefined);
}

function notRequested(outcome: 'failed' | 'cancelled' | 'skipped', error: string): MigrationResult {
  return { ...NOT_REQUESTED, outcome, error };
}

function failureText(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure || cause instanceof Error) return cause.message;
  return String(cause);
}
