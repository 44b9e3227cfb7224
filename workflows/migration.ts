import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { intentId, type CampaignKey } from '../campaign/contract/ids';
import { MESSAGE, type MigrationEnded } from '../campaign/contract/messages';
import type { SiteQueues } from '../campaign/contract/queues';
import type { ArmedActivities, MigrationResult, SiteActivities, TakenBaseline } from '../activities';
import { ARMED, SITE, STORE } from './activity-profiles';
import { reportUntilAcknowledged } from './report-until-acknowledged';

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
  readonly effectiveDueMs: number;
  /** Past this moment the migration is not submitted any more. */
  readonly notAfterMs: number;
  readonly options: MigrationOptionsInput;
  readonly deadlineMs: number | null;
}

/** Options as the spec gives them; the driver refuses what it cannot do. */
export type MigrationOptionsInput = Parameters<ArmedActivities['runMigration']>[0]['intent']['options'];

/** Tells a migration that its campaign has its result. */
export const migrationAcknowledgedSignal = defineSignal(MESSAGE.migrationAcknowledged);

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

/** One migrate (or place) action: baseline into history, armed activity, outcome into the store, result to the campaign. */
export async function migration(input: MigrationInput): Promise<MigrationEnded> {
  let acknowledged = false;
  setHandler(migrationAcknowledgedSignal, () => void (acknowledged = true), {
    description: 'The campaign has stored the result of this migration.',
  });

  const run = await runOnce(input);
  return CancellationScope.nonCancellable(() => storeAndReport(input, run, () => acknowledged));
}

interface Run {
  readonly baseline: TakenBaseline | null;
  readonly result: MigrationResult;
}

async function runOnce(input: MigrationInput): Promise<Run> {
  const { takeBaseline } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: input.queues.activities });
  const { runMigration } = proxyActivities<ArmedActivities>({ ...ARMED, taskQueue: input.queues.armed });
  const { site, vm, to } = input;
  let baseline: TakenBaseline | null = null;
  try {
    baseline = await takeBaseline.executeWithOptions({ summary: `look up ${vm} before it moves` }, [{ site, vm, to }]);
    const intent = { id: intentId(input.key, input.actionId, 1), vm, from: baseline.from, to, options: input.options };
    const { effectiveDueMs: dueMs, notAfterMs, deadlineMs } = input;
    const result = await runMigration.executeWithOptions({ summary: `${vm}: ${baseline.from} to ${to}` }, [
      { site, intent, baseline: baseline.baseline, dueMs, notAfterMs, deadlineMs },
    ]);
    return { baseline, result };
  } catch (error) {
    if (isCancellation(error)) {
      return {
        baseline,
        result: { ...NOT_REQUESTED, outcome: 'cancelled', error: 'cancelled before it was requested' },
      };
    }
    return { baseline, result: { ...NOT_REQUESTED, outcome: 'failed', error: failureText(error) } };
  }
}

async function storeAndReport(input: MigrationInput, run: Run, acknowledged: () => boolean): Promise<MigrationEnded> {
  const { recordMigration } = proxyActivities<SiteActivities>({ ...STORE, taskQueue: input.queues.activities });
  const { forgetMigration } = proxyActivities<SiteActivities>({ ...SITE, taskQueue: input.queues.activities });
  const from = run.baseline?.from ?? null;
  const ended = await recordMigration.executeWithOptions({ summary: `${input.vm}: ${run.result.outcome}` }, [
    { ...input, from, result: run.result },
  ]);
  if (run.baseline !== null && run.result.requestedAtMs !== null) {
    const intent = {
      id: intentId(input.key, input.actionId, 1),
      vm: input.vm,
      from: run.baseline.from,
      to: input.to,
      options: input.options,
    };
    await forgetMigration
      .executeWithOptions({ summary: 'remove the marker from the source host' }, [{ site: input.site, intent }])
      .catch(() => undefined);
  }
  await reportUntilAcknowledged(input.key.campaignId, MESSAGE.migrationEnded, ended, acknowledged);
  return ended;
}

function failureText(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure || cause instanceof Error) return cause.message;
  return String(cause);
}
