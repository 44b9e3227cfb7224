import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import { siteQueues, type SiteQueues } from '../campaign/contract/queues';
import type { CampaignSpec } from '../campaign/spec/campaign-spec';
import { makePlan } from '../campaign/plan/make-plan';
import { planHash } from '../campaign/spec/plan-hash';
import { formatProblems, type Problem } from '../campaign/spec/problems';
import { validateSpec } from '../campaign/spec/validate-spec';
import type { Dependencies } from './dependencies';

/** The user's raw spec and whose campaign it is. */
export interface PlanCampaignInput {
  readonly spec: unknown;
  readonly campaignId: string;
  readonly firstRunId: string;
  readonly runId: string;
}

/** What the workflow needs to know of spec and plan; the plan itself stays in the result directory. */
export interface PlannedCampaign {
  readonly site: string;
  readonly directory: string;
  readonly planHash: string;
  readonly actionCount: number;
  readonly queues: SiteQueues;
  readonly backgroundMs: number;
  readonly options: CampaignSpec['options'];
  readonly policy: CampaignSpec['policy'];
  /** Migrations at once on one host, if the spec wants fewer than the site allows. */
  readonly migrationsPerHost: number | null;
}

/** Validates everything that can be known without the site, then stores spec and plan. @throws InvalidSpec with all problems */
export function createPlanCampaign({ sites, store, clock, machine, version }: Dependencies) {
  return async function planCampaign({
    spec: raw,
    campaignId,
    firstRunId,
    runId,
  }: PlanCampaignInput): Promise<PlannedCampaign> {
    const validated = validateSpec(raw);
    const problems = [...(validated.ok ? [] : validated.problems), ...siteProblems(raw, sites.names())];
    if (!validated.ok || problems.length > 0) {
      throw ApplicationFailure.nonRetryable(formatProblems(problems), FAILURE.invalidSpec, problems);
    }
    const { spec } = validated;
    const plan = makePlan(spec.placement, spec.pattern);
    const directory = await store.createDirectory(campaignId, firstRunId);
    await store.writePlan(directory, plan);
    await store.writeCampaign(directory, {
      format: 1,
      drover: version,
      campaign: campaignId,
      runId,
      site: spec.site,
      hypervisor: 'unknown',
      emulated: false,
      spec: raw,
      planHash: planHash(plan),
      inventory: null,
      machine,
      createdAt: clock.nowMs(),
    });
    return {
      site: spec.site,
      directory,
      planHash: planHash(plan),
      actionCount: plan.actions.length,
      queues: siteQueues(spec.site),
      backgroundMs: spec.measure.backgroundMs,
      options: spec.options,
      policy: spec.policy,
      migrationsPerHost: spec.limits.migrationsPerHost,
    };
  };
}

/** The site is known to the worker alone, so that its check cannot be part of the spec's own. */
function siteProblems(raw: unknown, known: readonly string[]): readonly Problem[] {
  const site = typeof raw === 'object' && raw !== null && 'site' in raw ? raw.site : undefined;
  if (typeof site !== 'string' || known.includes(site)) return [];
  const message = 'is not in the site file of this worker';
  return [{ path: 'site', message, found: site, allowed: known.join(', ') || 'none: it has no site' }];
}
