import { Command } from 'commander';
import { makePlan } from '../../campaign/plan/make-plan';
import { planAsJson } from '../../campaign/spec/plan-as-json';
import { readSpecFile } from '../read-spec';
import { renderPlan } from '../render-plan';

/** `drover plan FILE`: shows what a spec or script would do, without touching anything. */
export function planCommand(): Command {
  return new Command('plan')
    .description('show what a spec or script would do, action by action; nothing is touched')
    .argument('<file>', 'spec (YAML, JSON) or script')
    .option('--json', 'print it as JSON')
    .option('--site <name>', 'site of a script; its plan is the same for all')
    .action(async (file: string, { json, site }: { json?: boolean; site?: string }) => {
      const { spec } = await readSpecFile(file, site ?? null);
      const plan = makePlan(spec.placement, spec.pattern);
      process.stdout.write(json === true ? `${JSON.stringify(planAsJson(plan), null, 2)}\n` : renderPlan(plan));
    });
}
