import type { Plan } from '../campaign/plan/plan';
import type { CampaignRecord, ProbeSummaryRow } from '../store/types';
import { actionRows, type EndReached } from './action-rows';
import { addBlackouts } from './add-blackouts';
import { COLLECTION_STATE, collectionState, vantageState } from './collection-state';
import { SAMPLING_STATE, type SamplingState } from './collect-samples';
import type { Dependencies, ResultStore } from './dependencies';
import { attemptFinish } from './finish-attempts';
import type { WatchingVantage } from './watched-targets';

/** How the campaign ended. */
export interface FinishCampaignInput {
  readonly directory: string;
  readonly outcome: 'completed' | 'failed' | 'aborted' | 'cancelled';
  readonly failure: string | null;
  /** When the plan's end was due and when it was reached, UTC ms; null: it was not; absent in older histories. */
  readonly end?: EndReached | null;
}

/** What is left of a finished campaign. */
export interface FinishedCampaign {
  /** Path of report.html. */
  readonly report: string;
  /** Migrations of the plan; placement is not counted. */
  readonly migrations: { readonly total: number; readonly succeeded: number };
}

/** Adds to each migration what it cost, writes tables and report; repeating it gives the same files. */
export function createFinishCampaign(dependencies: Dependencies) {
  return async function finishCampaign(input: FinishCampaignInput): Promise<FinishedCampaign> {
    return attemptFinish(() => finish(dependencies, input));
  };
}

async function finish(
  { store, clock, writeReport }: Dependencies,
  input: FinishCampaignInput,
): Promise<FinishedCampaign> {
  const { directory, outcome, failure } = input;
  const before = await store.readCampaign(directory);
  await store.removeLeftovers(directory);
  const plan = await store.readPlan(directory);
  const probes = await store.rows(directory, 'probes');
  const campaign: CampaignRecord = {
    ...before,
    outcome,
    finishedAt: before.finishedAt ?? clock.nowMs(),
    ...(failure === null ? {} : { failure }),
  };
  const clocks = await store.rows(directory, 'clocks');
  const { migrations, silences, blackouts } = addBlackouts({
    campaign,
    clocks,
    migrations: await store.rows(directory, 'migrations'),
    silences: await store.rows(directory, 'silences'),
    probes,
    vantages: await watchingVantages(store, directory, campaign, probes),
  });
  const actions = actionRows(campaign, plan, migrations, input.end ?? null);
  await store.writeTables(directory, { migrations, actions, silences, probes, clocks, blackouts });
  await writeSamples(store, campaign, plan, directory);
  await store.updateCampaign(directory, campaign);
  const planned = migrations.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover');
  return {
    report: await writeReport(directory),
    migrations: {
      total: planned.length,
      succeeded: planned.filter(({ outcome: ended }) => ended === 'succeeded').length,
    },
  };
}

/** The machine of the worker first. */
async function watchingVantages(
  store: ResultStore,
  directory: string,
  { vantages = [] }: CampaignRecord,
  probes: readonly ProbeSummaryRow[],
): Promise<WatchingVantage[]> {
  const own = await collectionState(store, directory, COLLECTION_STATE);
  const name = own?.vantage ?? probes.find(({ vantage }) => !vantages.includes(vantage))?.vantage ?? null;
  const further = vantages.map(async (vantage): Promise<WatchingVantage> => {
    const state = await collectionState(store, directory, vantageState(vantage));
    return { vantage, gaps: state?.gaps ?? [], problem: state?.outages.at(-1)?.reason ?? null };
  });
  return [{ vantage: name, gaps: own?.gaps ?? [], problem: null }, ...(await Promise.all(further))];
}

/** Samples and ledger of every VM and host of the plan; none where the site has no counters. */
async function writeSamples(
  store: ResultStore,
  { campaign, finishedAt }: CampaignRecord,
  { placement }: Plan,
  directory: string,
): Promise<void> {
  const sampling = (await store.readState(directory, SAMPLING_STATE)) as SamplingState | null;
  if (sampling === null) return;
  const { fromMs, everyMs, untilMs } = sampling;
  await store.writeSampleTables(directory, {
    campaign,
    // Without an end the measurement could not be closed: what was due until now was due.
    range: { fromMs, everyMs, untilMs: untilMs ?? finishedAt ?? fromMs },
    entities: [
      ...Object.keys(placement).map((name) => ({ kind: 'host', name }) as const),
      ...Object.values(placement)
        .flat()
        .map((name) => ({ kind: 'vm', name }) as const),
    ],
  });
}
