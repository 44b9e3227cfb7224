import { Context } from '@temporalio/activity';
import type { Hypervisor, MigrationEnd, MigrationHandle, MigrationProgress } from '../hypervisors/types';
import { CANCELLED_BEFORE } from '../campaign/contract/migration';
import { ACCEPT_WITHIN_MS, REQUEST_TIMEOUT_MS } from '../campaign/contract/timing';
import { Contact, toldBefore, type AttemptDetails } from './attempt-details';
import type { Dependencies } from './dependencies';
import { asFailure, isHypervisorError } from './hypervisor-failure';
import { endedResult, judgedByDeadline, neverResult, type Attempted, type NeverBegan } from './judge-result';
import type { MigrationResult, RunMigrationInput, StaleBaseline } from './migration-result';
import { ARRIVED, OUT_OF_REACH, UNKNOWN } from './migration-words';
import { isOwnMove, type NothingFound } from './own-move';
import { createReturnPermit, type ReturnPermit } from './return-permit';

const HEARTBEAT_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 1_000;

/**
 * The armed activity. An attempt first looks for its migration and adopts it; only one that finds no evidence waits for
 * the due time and submits, and never after `notAfterMs`. A first attempt whose due time has come already submits at once,
 * and looks if it is refused: the marker and the baseline are checked on the hypervisor's side in any case.
 */
export function createRunMigration({ sites, clock, workflows }: Dependencies) {
  const attempts = new Map<string, { abort: AbortController; over: Promise<unknown> }>();

  return async function runMigration(input: RunMigrationInput): Promise<MigrationResult | StaleBaseline> {
    const { intent } = input;
    const older = attempts.get(intent.id);
    older?.abort.abort();
    const abort = new AbortController();
    const returnPermit = createReturnPermit(workflows, input);
    const over = (async () => {
      await older?.over.catch(() => undefined);
      const { hypervisor } = await sites.connect(input.site);
      return await new Attempt(input, { hypervisor, clock, returnPermit }, abort.signal).run();
    })();
    attempts.set(intent.id, { abort, over });
    try {
      const result = await over;
      if (result.outcome === 'stale' || result.outcome === 'missed') return result;
      return (await returnPermit()) ? { ...result, permitReturned: true } : result;
    } catch (error) {
      throw asFailure(error);
    } finally {
      if (attempts.get(intent.id)?.over === over) attempts.delete(intent.id);
    }
  };
}

/** What an attempt works with. */
interface AttemptTools {
  readonly hypervisor: Hypervisor;
  readonly clock: Dependencies['clock'];
  readonly returnPermit: ReturnPermit;
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
  /** What this attempt or an earlier one has submitted, as far as that is known here. */
  private handle: MigrationHandle | null;
  private readonly contact: Contact;

  constructor(
    private readonly input: RunMigrationInput,
    private readonly tools: AttemptTools,
    superseded: AbortSignal,
  ) {
    const told = toldBefore(this.context.info.heartbeatDetails);
    this.handle = told.handle;
    this.contact = new Contact(tools.clock, told.silent);
    superseded.addEventListener('abort', () => this.released.abort());
    this.context.cancelled.catch(() => {
      const wanted = this.context.cancellationDetails?.cancelRequested === true;
      (wanted ? this.cancelled : this.released).abort();
    });
  }

  async run(): Promise<MigrationResult | StaleBaseline> {
    const beat = setInterval(() => this.heartbeat(), HEARTBEAT_EVERY_MS);
    try {
      const { attempt } = this.context.info;
      // So that attempts that fail in no time hand on since when nothing is heard.
      if (attempt > 1) this.heartbeat();
      if (this.input.onlyCancel === true) return await this.cancelFound();
      const overdue = this.tools.clock.nowMs() >= this.input.dueMs;
      if (attempt === 1 && overdue) return await this.submit();
      return (await this.adopt()) ?? (await this.submit());
    } catch (error) {
      // Whatever a watch that was given up says: the migration goes on, and a later attempt must be able to find it.
      this.throwIfReleased(error);
      this.heartbeat();
      if (!isHypervisorError(error) || !error.retryable || !this.contact.isLost()) throw error;
      const unknown = this.never('failed', OUT_OF_REACH(this.input.intent, error.message));
      return { ...unknown, requestedAtMs: this.handle?.requestedAtMs ?? null };
    } finally {
      clearInterval(beat);
    }
  }

  private heartbeat(): void {
    const details: AttemptDetails = { handle: this.handle, silent: this.contact.silence() };
    this.context.heartbeat({ armedAtMs: this.armedAtMs, ...details, ...this.progress });
  }

  /** Looks for a migration of this intent. @returns null if there is none and there cannot be one any more */
  private async adopt(): Promise<MigrationResult | null> {
    const { intent, baseline } = this.input;
    let untilMs = this.tools.clock.nowMs() + REQUEST_TIMEOUT_MS;
    for (;;) {
      const evidence = await this.tools.hypervisor.findMigration(intent, baseline);
      this.contact.hear();
      if (evidence.state === 'ended') return this.endedUnseen(evidence.end, evidence.requestedAtMs ?? null);
      if (evidence.state === 'running') return this.watch(evidence.handle);
      if (evidence.marker === 'absent') return await this.withoutMarker(evidence);
      // Nothing of it ever began and nothing can any more: a new intent may do it.
      if (evidence.marker === 'void') return this.never('missed', `its request was lost on ${intent.from}`);
      if (this.tools.clock.nowMs() > untilMs) {
        if (evidence.marker === 'begun') return this.never('failed', UNKNOWN(intent));
        if (await this.tools.hypervisor.voidMarker(intent)) continue;
        // It has begun just now: it may take as long again to show.
        untilMs = this.tools.clock.nowMs() + REQUEST_TIMEOUT_MS;
      }
      await this.tools.clock.sleepUntil(this.tools.clock.nowMs() + LOOK_EVERY_MS, this.released.signal);
      this.throwIfReleased();
    }
  }

  /** A restart of the source takes the marker: what was submitted is judged by where the VM is. */
  private async withoutMarker({ arrived, logged }: NothingFound): Promise<MigrationResult | null> {
    if (this.handle !== null) return this.watch({ ...this.handle, provenance: 'recovered' });
    const nobodyBefore = this.context.info.attempt === 1 && this.input.onlyCancel !== true;
    if (arrived === undefined || nobodyBefore) return null;
    const own = logged !== undefined && isOwnMove(logged.requestedAtMs, this.input);
    return own ? this.endedUnseen(logged.end, logged.requestedAtMs) : this.never('failed', ARRIVED(this.input.intent));
  }

  private async submit(): Promise<MigrationResult | StaleBaseline> {
    const { intent, baseline, dueMs, notAfterMs } = this.input;
    const there = baseline.host === intent.to;
    let requestedAtMs: number | null = null;
    let handle: MigrationHandle;
    try {
      // It may have waited long for its permit: is the VM still there?
      if (there && intent.from === intent.to) await this.tools.hypervisor.prepareMigration(intent, baseline);
      if (there) return this.never('no-op', `${intent.vm} was on ${intent.to} already`);
      if (this.tools.clock.nowMs() < dueMs) await this.tools.hypervisor.prepareMigration(intent, baseline);
      this.armedAtMs = this.tools.clock.nowMs();
      await this.tools.clock.sleepUntil(dueMs, this.signal);
      this.throwIfReleased();
      if (this.cancelled.signal.aborted) return this.never('cancelled', CANCELLED_BEFORE);
      if (this.tools.clock.nowMs() > notAfterMs)
        return await this.neverRequested('missed', 'no worker could request it in time');
      requestedAtMs = this.tools.clock.nowMs();
      handle = await this.tools.hypervisor.startMigration(intent, baseline, notAfterMs + ACCEPT_WITHIN_MS);
      this.contact.hear();
    } catch (error) {
      return await this.refused(error, requestedAtMs);
    }
    this.handle = handle;
    this.heartbeat();
    return this.watch(handle);
  }

  /** Cancels what another attempt may have requested, and watches it to its end. */
  private async cancelFound(): Promise<MigrationResult> {
    this.cancelled.abort();
    return (await this.adopt()) ?? (await this.neverRequested('cancelled', CANCELLED_BEFORE));
  }

  /** Nothing was requested here; a request of another attempt may arrive until hypervisors take it no more. */
  private async neverRequested(outcome: 'missed' | 'cancelled', why: string): Promise<MigrationResult> {
    await this.tools.clock.sleepUntil(this.input.notAfterMs + REQUEST_TIMEOUT_MS, this.released.signal);
    this.throwIfReleased();
    return (await this.adopt()) ?? this.never(outcome, why);
  }

  /** A refusal is final only if there is no migration of this intent: another attempt may have come first. */
  private async refused(error: unknown, requestedAtMs: number | null): Promise<MigrationResult | StaleBaseline> {
    if (!isHypervisorError(error) || error.retryable) throw error;
    const found = await this.adopt();
    if (found !== null) return found;
    if (error.code === 'stale') return { outcome: 'stale', error: error.message };
    if (error.code === 'rejected') throw new Error(`${error.message} It is gone again.`, { cause: error });
    const finishedAtMs = requestedAtMs === null ? null : this.tools.clock.nowMs();
    return { ...this.never('failed', `${error.message} (${error.hint})`), requestedAtMs, finishedAtMs };
  }

  private async watch(handle: MigrationHandle): Promise<MigrationResult> {
    const { baseline, deadlineMs } = this.input;
    let overdue: string | null = null;
    const over = new AbortController();
    const cancel = (): void => void this.cancel(handle, over.signal);
    const onDeadline = (): void => {
      overdue = `not finished after ${String(deadlineMs)} ms`;
      void this.meetDeadline(handle, over.signal).then((done) => (overdue = `${String(overdue)}: ${done}`));
    };
    const leftMs =
      deadlineMs === null ? null : Math.max(0, handle.requestedAtMs + deadlineMs - this.tools.clock.nowMs());
    const timer = leftMs === null ? undefined : setTimeout(onDeadline, leftMs);
    if (this.cancelled.signal.aborted) cancel();
    else this.cancelled.signal.addEventListener('abort', cancel);
    try {
      const onProgress = (progress: MigrationProgress): void => void (this.progress = progress);
      const onOver = (): void => {
        clearTimeout(timer);
        void this.tools.returnPermit();
      };
      const { signal } = this.released;
      const end = await this.tools.hypervisor.watchMigration(handle, baseline, { signal, onProgress, onOver });
      const result = this.ended(end, handle.requestedAtMs, handle.provenance);
      // Read through a function: the compiler does not see that the timer changes it.
      return this.judgeDeadline(result, ((): string | null => overdue)());
    } finally {
      clearTimeout(timer);
      over.abort();
      this.cancelled.signal.removeEventListener('abort', cancel);
    }
  }

  /** Asks for cancellation until the hypervisor has heard it, or the migration is over. */
  private async cancel(handle: MigrationHandle, over: AbortSignal): Promise<void> {
    const { hypervisor, clock } = this.tools;
    for (let heard = false; !heard && !over.aborted;) {
      heard = await hypervisor.cancelMigration(handle).then(
        () => true,
        (error: unknown) => !isHypervisorError(error) || !error.retryable,
      );
      if (!heard) await clock.sleepUntil(clock.nowMs() + LOOK_EVERY_MS, over);
    }
  }

  /** Ends a migration that does not converge, as the spec wants it. @returns what was done */
  private async meetDeadline(handle: MigrationHandle, over: AbortSignal): Promise<string> {
    const { onDeadline } = this.input;
    if (onDeadline !== 'cancel') {
      try {
        await this.tools.hypervisor.forceMigration(handle, onDeadline);
        return onDeadline === 'post-copy' ? 'switched over by post-copy' : 'finished with a raised downtime limit';
      } catch (error) {
        void this.cancel(handle, over);
        return `cancelled, as ${onDeadline} failed: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    await this.cancel(handle, over);
    return 'cancelled';
  }

  /** The end of a migration that nobody watched: an earlier attempt may have ended it at its deadline. */
  private endedUnseen(end: MigrationEnd, requestedAtMs: number | null): MigrationResult {
    const { deadlineMs } = this.input;
    const tookMs = requestedAtMs === null ? 0 : end.finishedAtMs - requestedAtMs;
    const overdue =
      deadlineMs === null || tookMs < deadlineMs ? null : `not finished after ${String(deadlineMs)} ms: ${end.state}`;
    return this.judgeDeadline(this.ended(end, requestedAtMs, 'recovered'), overdue);
  }

  private judgeDeadline(result: MigrationResult, overdue: string | null): MigrationResult {
    const { deadlineMs } = this.input;
    return judgedByDeadline(result, { overdue, deadlineMs, cancelWanted: this.cancelled.signal.aborted });
  }

  private ended(end: MigrationEnd, requestedAtMs: number | null, requestProvenance: string): MigrationResult {
    return endedResult(end, requestedAtMs, requestProvenance, this.attempted());
  }

  private never(outcome: NeverBegan, error: string): MigrationResult {
    return neverResult(outcome, error, this.attempted());
  }

  private attempted(): Attempted {
    return { armedAtMs: this.armedAtMs, attempts: this.context.info.attempt };
  }

  private throwIfReleased(cause?: unknown): void {
    if (!this.released.signal.aborted) return;
    throw new Error('this attempt let go of the migration; a later one goes on with it', { cause });
  }
}
