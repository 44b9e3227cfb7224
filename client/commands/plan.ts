import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { makePlan } from '../../campaign/plan/make-plan';
import type { Plan } from '../../campaign/plan/plan';
import { parseSpec } from '../../campaign/spec/parse-spec';
import { formatProblems } from '../../campaign/spec/problems';
import { planAsJson } from '../../campaign/spec/plan-as-json';
import { CommandError, EXIT } from '../exit';
import { renderPlan } from '../render-plan';

/** `drover plan FILE`: shows what a spec or script would do, without touching anything. */
export function planCommand(): Command {
  return new Command('plan')
    .description('show the plan of a spec or script; nothing is touched')
    .argument('<file>', 'spec (YAML, JSON) or script')
    .option('--json', 'print it as JSON')
    .option('--site <name>', 'site of a script, which cannot name one itself (the plan does not depend on it)', 'any')
    .action(async (file: string, { json, site }: { json?: boolean; site: string }) => {
      const plan = await planOf(file, site);
      process.stdout.write(json === true ? `${JSON.stringify(planAsJson(plan), null, 2)}\n` : renderPlan(plan));
    });
}

async function planOf(file: string, site: string): Promise<Plan> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.badInput,
      { cause: error },
    );
  });
  const parsed = parseSpec(text, file, site);
  if (!parsed.ok) throw new CommandError(formatProblems(parsed.problems), EXIT.badInput);
  return makePlan(parsed.spec.placement, parsed.spec.pattern);
}
