import { createCollectMeasurement } from './collect-measurement';
import type { Dependencies } from './dependencies';
import { createFindAction } from './find-action';
import { createFindMisplaced } from './find-misplaced';
import { createFinishCampaign } from './finish-campaign';
import { createForgetMigration } from './forget-migration';
import { createListActions } from './list-actions';
import { createPlanCampaign } from './plan-campaign';
import { createPreflight } from './preflight';
import { createRecordMigration } from './record-migration';
import { createRecordTimes } from './record-times';
import { createRequestPermit } from './request-permit';
import { createRunMigration } from './run-migration';
import { createStartAgents } from './start-agents';
import { createStopAgents } from './stop-agents';
import { createTakeBaseline } from './take-baseline';
import { createWatchPermits } from './watch-permits';

export type { FinishedCampaign } from './finish-campaign';
export type { PlannedCampaign } from './plan-campaign';
export type { ListedAction } from './list-actions';
export type { MigrationResult, RunMigrationInput, StaleBaseline } from './migration-result';
export type { TakenBaseline } from './take-baseline';

/** Activities of the queue that all workflows share. */
export type PlanningActivities = ReturnType<typeof createPlanningActivities>;
/** Activities of a site's own queue. */
export type SiteActivities = ReturnType<typeof createSiteActivities>;
/** Activities of a site's armed queue. */
export type ArmedActivities = ReturnType<typeof createArmedActivities>;

/** What needs no site: validates a spec and makes its plan. */
export function createPlanningActivities(dependencies: Dependencies) {
  return { planCampaign: createPlanCampaign(dependencies) };
}

/** Everything that talks to one site's hosts, guests and results. */
export function createSiteActivities(dependencies: Dependencies) {
  return {
    preflight: createPreflight(dependencies),
    startAgents: createStartAgents(dependencies),
    collectMeasurement: createCollectMeasurement(dependencies),
    findMisplaced: createFindMisplaced(dependencies),
    recordTimes: createRecordTimes(dependencies),
    listActions: createListActions(dependencies),
    findAction: createFindAction(dependencies),
    takeBaseline: createTakeBaseline(dependencies),
    recordMigration: createRecordMigration(dependencies),
    forgetMigration: createForgetMigration(dependencies),
    requestPermit: createRequestPermit(dependencies),
    watchPermits: createWatchPermits(dependencies),
    stopAgents: createStopAgents(dependencies),
    finishCampaign: createFinishCampaign(dependencies),
  };
}

/** What fires at its due time, in slots of its own. */
export function createArmedActivities(dependencies: Dependencies) {
  return { runMigration: createRunMigration(dependencies) };
}
