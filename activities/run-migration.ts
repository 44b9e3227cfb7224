import { Context } from '@temporalio/activity';
import type {
  Baseline,
  ForcedEnd,
  Hypervisor,
  HypervisorFigures,
  MigrationEnd,
  MigrationHandle,
  MigrationIntent,
  MigrationProgress,
} from '../hypervisors/types';
import type { MigrationOutcome } from '../campaign/contract/migration';
import { REQUEST_TIMEOUT_MS } from '../campaign/contract/timing';
import type { Dependencies } from './dependencies';
import { asFailure, isHypervisorError } from './hypervisor-failure';

/** One decision to migrate and its time. Times UTC ms. */
export interface RunMigrationInput {
  readonly site: string;
  readonly intent: MigrationIntent;
  readonly baseline: Baseline;
  readonly dueMs: number;
  /** After this moment the migration is not submitted any more. */
  readonly notAfterMs: number;
  /** How long the migration may take before it counts as not converged and is cancelled; null: for ever. */
  readonly deadlineMs: number | null;
  /** What then happens to it. */
  readonly onDeadline: 'cancel' | ForcedEnd;
}

/** How it ended. Times UTC ms, null where it never came to that. */
export interface MigrationResult {
  readonly outcome: MigrationOutcome;
  readonly error: string | null;
  readonly armedAtMs: number | null;
  readonly requestedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly migrationMs: number | null;
  readonly figures: HypervisorFigures;
  readonly attempts: number;
  readonly provenance: 'observed' | 'recovered';
}

const HEARTBEAT_EVERY_MS = 2_000;

/**
 * The armed activity. Every attempt first looks for its migration and adopts it; only one that finds no evidence
 * waits for the due time and submits, and never after `notAfterMs`.
 */
export function createRunMigration({ sites, clock }: Dependencies) {
  const attempts = new Map<string, { abort: AbortController; over: Promise<unknown> }>();

  return async function runMigration(input: RunMigrationInput): Promise<MigrationResult> {
    const { intent } = input;
    const older = attempts.get(intent.id);
    older?.abort.abort();
    const abort = new AbortController();
    const over = (async () => {
      await older?.over.catch(() => undefined);
      const { hypervisor } = await sites.connect(input.site);
      return await new Attempt(input, hypervisor, abort.signal, clock).run();
    })();
    attempts.set(intent.id, { abort, over });
    try {
      return await over;
    } catch (error) {
      throw asFailure(error);
    } finally {
      if (attempts.get(intent.id)?.over === over) attempts.delete(intent.id);
    }
  };
}

class Attempt {
  private readonly context = Context.current();
  /** The user wants this migration cancelled. */
  private readonly cancelled = new AbortController();
  /** This attempt must let go and leave the migration alone: newer attempt, worker stopping, timed out. */
  private readonly released = new AbortController();
  private readonly signal = AbortSignal.any([this.cancelled.signal, this.released.signal]);
  private armedAtMs: number | null = null;
  private progress: MigrationProgress | null = null;

  constructor(
    private readonly input: RunMigrationInput,
    private readonly hypervisor: Hypervisor,
    superseded: AbortSignal,
    private readonly clock: Dependencies['clock'],
  ) {
    superseded.addEventListener('abort', () => this.released.abort());
    this.context.cancelled.catch(() => {
      const wanted = this.context.cancellationDetails?.cancelRequested === true;
      (wanted ? this.cancelled : this.released).abort();
    });
  }

  async run(): Promise<MigrationResult> {
    const beat = setInterval(
      () => this.context.heartbeat({ armedAtMs: this.armedAtMs, ...this.progress }),
      HEARTBEAT_EVERY_MS,
    );
    try {
      return (await this.adopt()) ?? (await this.submit());
    } finally {
      clearInterval(beat);
    }
  }

  /** Looks for a migration of this intent. @returns null if there is none and there cannot be one any more */
  private async adopt(): Promise<MigrationResult | null> {
    const { intent, baseline } = this.input;
    const patienceUntilMs = this.clock.nowMs() + REQUEST_TIMEOUT_MS;
    for (;;) {
      const evidence = await this.hypervisor.findMigration(intent, baseline);
      if (evidence.state === 'ended') return this.ended(evidence.end, evidence.requestedAtMs ?? null, 'recovered');
      if (evidence.state === 'running') return this.watch(evidence.handle);
      if (!evidence.marked) return null;
      if (this.clock.nowMs() > patienceUntilMs)
        return this.never('failed', 'it was submitted, but the hypervisor shows no trace of it');
      await this.clock.sleepUntil(this.clock.nowMs() + 1_000, this.signal);
      this.throwIfReleased();
    }
  }

  private async submit(): Promise<MigrationResult> {
    const { intent, baseline, dueMs, notAfterMs } = this.input;
    if (baseline.host === intent.to) return this.never('no-op', `${intent.vm} was on ${intent.to} already`);
    await this.hypervisor.prepareMigration(intent);
    this.armedAtMs = this.clock.nowMs();
    await this.clock.sleepUntil(dueMs, this.signal);
    this.throwIfReleased();
    if (this.cancelled.signal.aborted) return this.never('cancelled', 'cancelled before it was requested');
    if (this.clock.nowMs() > notAfterMs) return this.never('missed', 'no worker could request it in time');
    const requestedAtMs = this.clock.nowMs();
    try {
      return await this.watch(await this.hypervisor.startMigration(intent, baseline));
    } catch (error) {
      if (!isHypervisorError(error) || error.retryable || error.code === 'rejected') throw error;
      const finishedAtMs = this.clock.nowMs();
      return { ...this.never('failed', `${error.message} (${error.hint})`), requestedAtMs, finishedAtMs };
    }
  }

  private async watch(handle: MigrationHandle): Promise<MigrationResult> {
    const { baseline, deadlineMs } = this.input;
    let overdue: string | null = null;
    const cancel = (): void => {
      this.hypervisor.cancelMigration(handle).catch(() => undefined);
    };
    const onDeadline = (): void => {
      overdue = `not finished after ${String(deadlineMs)} ms`;
      void this.meetDeadline(handle).then((done) => (overdue = `${String(overdue)}: ${done}`));
    };
    const leftMs = deadlineMs === null ? null : Math.max(0, handle.requestedAtMs + deadlineMs - this.clock.nowMs());
    const timer = leftMs === null ? undefined : setTimeout(onDeadline, leftMs);
    if (this.cancelled.signal.aborted) cancel();
    else this.cancelled.signal.addEventListener('abort', cancel);
    try {
      const onProgress = (progress: MigrationProgress): void => void (this.progress = progress);
      const { signal } = this.released;
      const end = await this.hypervisor.watchMigration(handle, baseline, { signal, onProgress });
      const result = this.ended(end, handle.requestedAtMs, handle.provenance);
      // Read through a function: the compiler does not see that the timer changes it.
      const met = ((): string | null => overdue)();
      const wanted = this.cancelled.signal.aborted && result.outcome === 'cancelled';
      return met === null || wanted || result.outcome === 'failed'
        ? result
        : { ...result, outcome: 'not-converged', error: met, migrationMs: deadlineMs };
    } finally {
      clearTimeout(timer);
      this.cancelled.signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends a migration that does not converge, as the spec wants it. @returns what was done */
  private async meetDeadline(handle: MigrationHandle): Promise<string> {
    const { onDeadline } = this.input;
    if (onDeadline !== 'cancel') {
      try {
        await this.hypervisor.forceMigration(handle, onDeadline);
        return onDeadline === 'post-copy' ? 'switched over by post-copy' : 'finished with a raised downtime limit';
      } catch (error) {
        this.hypervisor.cancelMigration(handle).catch(() => undefined);
        return `cancelled, as ${onDeadline} failed: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    await this.hypervisor.cancelMigration(handle).catch(() => undefined);
    return 'cancelled';
  }

  private ended(end: MigrationEnd, requestedAtMs: number | null, requestProvenance: string): MigrationResult {
    const { state, figures, finishedAtMs } = end;
    return {
      outcome: state,
      error: end.state === 'succeeded' ? null : `${end.code}: ${end.message}`,
      armedAtMs: this.armedAtMs,
      requestedAtMs,
      finishedAtMs,
      migrationMs: requestedAtMs === null || state !== 'succeeded' ? null : finishedAtMs - requestedAtMs,
      figures,
      attempts: this.context.info.attempt,
      provenance: end.provenance === 'observed' && requestProvenance === 'observed' ? 'observed' : 'recovered',
    };
  }

  private never(outcome: 'failed' | 'missed' | 'cancelled' | 'no-op', error: string): MigrationResult {
    const nothing = { requestedAtMs: null, finishedAtMs: null, migrationMs: null, figures: {} };
    return {
      ...nothing,
      outcome,
      error,
      armedAtMs: this.armedAtMs,
      attempts: this.context.info.attempt,
      provenance: 'observed',
    };
  }

  private throwIfReleased(): void {
    if (this.released.signal.aborted)
      throw new Error('this attempt let go of the migration; a later one goes on with it');
  }
}
