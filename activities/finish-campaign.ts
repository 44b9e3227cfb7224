import type { CollectionState } from '../measurement/collection';
import { renderReport } from '../report/render-report';
import type { CampaignRecord } from '../store/types';
import { actionRows } from './action-rows';
import { addBlackouts } from './add-blackouts';
import { COLLECTION_STATE } from './collect-measurement';
import type { Dependencies } from './dependencies';
import { whileBeating } from './while-beating';

/** How the campaign ended. */
export interface FinishCampaignInput {
  readonly directory: string;
  readonly outcome: 'completed' | 'failed' | 'aborted' | 'cancelled';
  readonly failure: string | null;
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
    return whileBeating(finish(dependencies, input));
  };
}

async function finish({ store, clock }: Dependencies, input: FinishCampaignInput): Promise<FinishedCampaign> {
  const { directory, outcome, failure } = input;
  const before = await store.readCampaign(directory);
  const plan = await store.readPlan(directory);
  const probes = await store.rows(directory, 'probes');
  const collection = (await store.readState(directory, COLLECTION_STATE)) as CollectionState | null;
  const campaign: CampaignRecord = {
    ...before,
    outcome,
    finishedAt: before.finishedAt ?? clock.nowMs(),
    ...(failure === null ? {} : { failure }),
  };
  const { migrations, silences } = addBlackouts({
    campaign,
    migrations: await store.rows(directory, 'migrations'),
    silences: await store.rows(directory, 'silences'),
    probes,
    gaps: collection?.gaps ?? [],
  });
  const actions = actionRows(campaign, plan, migrations);
  const clocks = await store.rows(directory, 'clocks');
  await store.writeTables(directory, { migrations, actions, silences, probes, clocks });
  await store.updateCampaign(directory, campaign);
  const html = renderReport({ campaign, plan, migrations, actions, silences, probes });
  const planned = migrations.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover');
  return {
    report: await store.writeReport(directory, html),
    migrations: {
      total: planned.length,
      succeeded: planned.filter(({ outcome: ended }) => ended === 'succeeded').length,
    },
  };
}
