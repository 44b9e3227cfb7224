import type { Action, Plan } from '../campaign/plan/plan';
import type { ActionRow, CampaignRecord, MigrationRow } from '../store/types';

/** When the plan's end was due, after all delays, and when it was reached, UTC ms. */
export interface EndReached {
  readonly dueMs: number;
  readonly atMs: number;
}

/** One row for each action of the plan: when it was due and when it happened; `not reached` where it never came to it. */
export function actionRows(
  campaign: CampaignRecord,
  plan: Plan,
  migrations: readonly MigrationRow[],
  end: EndReached | null,
): ActionRow[] {
  const done = new Map(migrations.map((row) => [row.action, row]));
  return plan.actions.map((action) => {
    const row = done.get(action.id);
    if (row !== undefined) return reached(row);
    const at = action.kind === 'end' ? end : null;
    return {
      campaign: campaign.campaign,
      action: action.id,
      kind: action.kind,
      vm: action.kind === 'migrate' ? action.vm : null,
      to: action.kind === 'migrate' ? action.to : null,
      due: 'dueMs' in action && campaign.timeZero !== undefined ? campaign.timeZero + action.dueMs : null,
      effective_due: at?.dueMs ?? null,
      happened: at?.atMs ?? null,
      lateness_ms: at === null ? null : at.atMs - at.dueMs,
      outcome: outcomeWithoutRow(action, campaign, at !== null),
    };
  });
}

function reached(row: MigrationRow): ActionRow {
  const { campaign, action, kind, vm, to, due, effective_due, requested, lateness_ms, outcome } = row;
  return { campaign, action, kind, vm, to, due, effective_due, happened: requested, lateness_ms, outcome };
}

/** A completed campaign came to its end, also one of an older version that did not note when. */
function outcomeWithoutRow({ kind }: Action, { outcome }: CampaignRecord, isReached: boolean): string {
  return isReached || (kind === 'end' && outcome === 'completed') ? 'done' : 'not reached';
}
