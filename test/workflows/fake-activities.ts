import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type {
  ArmedActivities,
  MigrationResult,
  PlannedCampaign,
  PlanningActivities,
  SiteActivities,
  StaleBaseline,
} from '../../activities';
import type { Dependencies } from '../../activities/dependencies';
import { createFindAction } from '../../activities/find-action';
import { createListActions } from '../../activities/list-actions';
import { PERMIT_MESSAGE, type PermitRequest } from '../../campaign/contract/permits';
import { siteQueues } from '../../campaign/contract/queues';
import type { MigrationEnded } from '../../campaign/contract/messages';
import { makePlan } from '../../campaign/plan/make-plan';
import type { PatternSpec } from '../../campaign/plan/pattern-spec';
import type { Placement } from '../../campaign/plan/plan';

/** What a fake migration's result differs in. */
type Migrated = Partial<MigrationResult> | StaleBaseline;

/** What a fake site is told to do, and what it was asked. */
export interface FakeSite {
  readonly placement: Placement;
  readonly pattern: PatternSpec;
  readonly policy?: Partial<PlannedCampaign['policy']>;
  readonly backgroundMs?: number;
  readonly misplaced?: readonly { vm: string; to: string }[];
  /** Outcome of a migration, by action id; `succeeded` unless said. `onlyCancel`: it is only to be ended. */
  readonly migrate?: (actionId: string, onlyCancel: boolean) => Promise<Migrated> | Migrated;
  /** Called when the armed activity of a migration is cancelled. */
  readonly onCancelled?: () => void;
  readonly preflightProblem?: string;
  /** Answers a request for a permit; without it every permit is granted at once. */
  readonly permit?: (request: PermitRequest, holder: PermitHolder) => Promise<void>;
}

/** How a fake permits workflow answers one holder. */
export interface PermitHolder {
  grant(): Promise<void>;
  /** @param unasked hosts that do not answer */
  wait(reason: string, unasked?: readonly string[]): Promise<void>;
}

/** Everything the workflows asked for, in order. */
export interface Asked {
  readonly baselines: string[];
  readonly intents: string[];
  readonly runs: { readonly vm: string; readonly to: string; readonly dueMs: number; readonly notAfterMs: number }[];
  readonly recorded: MigrationEnded[];
  readonly finished: { outcome: string; failure: string | null }[];
  agentsRemoved: number;
}

const POLICY: PlannedCampaign['policy'] = {
  onFailure: 'continue',
  maxFailures: null,
  whenBusy: 'postpone-all',
  whenLate: 'shift-all',
  lateToleranceMs: 5_000,
  deadlineMs: null,
  onDeadline: 'cancel',
};

/** Resolves when the activity that calls it is cancelled; it learns that from its heartbeats. */
async function untilCancelled(): Promise<void> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 100);
  await context.cancelled.catch(() => undefined);
  clearInterval(beat);
}

/** Activities of a site where every migration takes 1.5 s of no time at all; typed like the real ones. */
export function fakeActivities(site: FakeSite, nowMs: () => Promise<number>, client: Client) {
  const plan = makePlan(site.placement, site.pattern);
  const stored = { store: { readPlan: () => Promise.resolve(plan) } } as unknown as Dependencies;
  const asked: Asked = { baselines: [], intents: [], runs: [], recorded: [], finished: [], agentsRemoved: 0 };
  const planning: PlanningActivities = {
    planCampaign: ({ spec }) => {
      if (spec === 'bad')
        throw ApplicationFailure.nonRetryable('site: nothing was given\nplacement: nothing was given', 'InvalidSpec', [
          'site',
          'placement',
        ]);
      return Promise.resolve({
        site: 'fake',
        directory: '/nowhere',
        planHash: '',
        actionCount: plan.actions.length,
        queues: siteQueues('fake'),
        backgroundMs: site.backgroundMs ?? 60_000,
        options: {},
        policy: { ...POLICY, ...site.policy },
        migrationsPerHost: null,
      });
    },
  };
  const siteActivities: SiteActivities = {
    preflight: () => {
      if (site.preflightProblem !== undefined)
        throw ApplicationFailure.nonRetryable(site.preflightProblem, 'PreflightFailed');
      return Promise.resolve();
    },
    startAgents: () => Promise.resolve(),
    collectMeasurement: () => Promise.resolve(),
    findMisplaced: () => Promise.resolve(site.misplaced ?? []),
    recordTimes: async () => ({ fromMs: await nowMs() }),
    listActions: createListActions(stored),
    findAction: createFindAction(stored),
    requestPermit: ({ request }) => {
      const handle = client.workflow.getHandle(request.holder);
      const { requestId } = request;
      const holder: PermitHolder = {
        grant: async () => handle.signal(PERMIT_MESSAGE.permitGranted, { requestId, atMs: await nowMs() }),
        wait: (reason, unasked = []) =>
          handle.signal(PERMIT_MESSAGE.permitWaiting, { requestId, position: 1, reason, unasked }),
      };
      return site.permit === undefined ? holder.grant() : site.permit(request, holder);
    },
    watchPermits: () => Promise.reject(new Error('there is no permits workflow here')),
    takeBaseline: ({ vm }) => {
      asked.baselines.push(vm);
      return Promise.resolve({ from: 'h1', baseline: { takenAtMs: 0, host: 'h1', evidence: {} } });
    },
    recordMigration: ({ actionId, vm, from, to, effectiveDueMs, result }) => {
      const { outcome, error, finishedAtMs, migrationMs } = result;
      const endedAtMs = finishedAtMs ?? effectiveDueMs;
      const ended = {
        actionId,
        endedAtMs,
        outcome,
        vm,
        from: from ?? '?',
        to,
        migrationMs,
        downtimeMs: null,
        latenessMs: 0,
        error,
      };
      asked.recorded.push(ended);
      return Promise.resolve(ended);
    },
    forgetMigration: () => Promise.resolve(),
    stopAgents: () => {
      asked.agentsRemoved += 1;
      return Promise.resolve();
    },
    finishCampaign: ({ outcome, failure }) => {
      asked.finished.push({ outcome, failure });
      const total = asked.recorded.length;
      return Promise.resolve({ report: '/nowhere/report.html', migrations: { total, succeeded: total } });
    },
  };
  const armed: ArmedActivities = {
    runMigration: async ({ intent, dueMs, notAfterMs, onlyCancel = false }) => {
      if (site.onCancelled !== undefined) void untilCancelled().then(site.onCancelled);
      asked.intents.push(intent.id);
      asked.runs.push({ vm: intent.vm, to: intent.to, dueMs, notAfterMs });
      const actionId = intent.id.split('.').slice(1, -1).join('.');
      const requestedAtMs = dueMs;
      const finishedAtMs = dueMs + 1_500;
      const done = {
        outcome: 'succeeded',
        error: null,
        armedAtMs: dueMs,
        requestedAtMs,
        finishedAtMs,
        migrationMs: 1_500,
      } as const;
      return {
        ...done,
        figures: {},
        attempts: 1,
        provenance: 'observed',
        ...(await site.migrate?.(actionId, onlyCancel)),
      };
    },
  };
  return { planning, siteActivities, armed, asked, plan };
}
