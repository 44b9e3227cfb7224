import type { Action, Plan } from '../campaign/plan/plan';
import type { ActionRow, CampaignRecord, MigrationRow } from '../store/types';

/** One row for each action of the plan: when it was due and when it happened; `not reached` where it never came to it. */
export function actionRows(campaign: CampaignRecord, plan: Plan, migrations: readonly MigrationRow[]): ActionRow[] {
  const done = new Map(migrations.map((row) => [row.action, row]));
  return plan.actions.map((action) => {
    const row = done.get(action.id);
    if (row !== undefined) return reached(row);
    return {
      campaign: campaign.campaign,
      action: action.id,
      kind: action.kind,
      vm: action.kind === 'migrate' ? action.vm : null,
      to: action.kind === 'migrate' ? action.to : null,
      due: 'dueMs' in action && campaign.timeZero !== undefined ? campaign.timeZero + action.dueMs : null,
      effective_due: null,
      happened: null,
      lateness_ms: null,
      outcome: outcomeWithoutRow(action, campaign),
    };
  });
}

function reached(row: MigrationRow): ActionRow {
  const { campaign, action, kind, vm, to, due, effective_due, requested, lateness_ms, outcome } = row;
  return { campaign, action, kind, vm, to, due, effective_due, happened: requested, lateness_ms, outcome };
}

/** The end leaves no record of its own; a completed campaign came to it. */
function outcomeWithoutRow({ kind }: Action, { outcome }: CampaignRecord): string {
  return kind === 'end' && outcome === 'completed' ? 'done' : 'not reached';
}
