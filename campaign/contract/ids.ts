/** Which campaign something belongs to: the user's workflow id, and the first run's id, which survives continue-as-new. */
export interface CampaignKey {
  readonly campaignId: string;
  readonly firstRunId: string;
}

/** The random end: run ids begin with the time, which two runs of a minute have in common. */
const short = (firstRunId: string): string => firstRunId.slice(-12);

/** Workflow id of the child that runs one migrate (or place) action. */
export function migrationWorkflowId(key: CampaignKey, actionId: string): string {
  return `${key.campaignId}/${short(key.firstRunId)}/${actionId}`;
}

/** Workflow id of the child that collects measurements. */
export function measurementWorkflowId(key: CampaignKey): string {
  return `${key.campaignId}/${short(key.firstRunId)}/measurement`;
}

/** Id of one decision to migrate: unique for ever and safe as a file name on the source host. */
export function intentId(key: CampaignKey, actionId: string, decision: number): string {
  return `${key.firstRunId}.${actionId.replace(/[^A-Za-z0-9._-]/g, '_')}.${String(decision)}`;
}
