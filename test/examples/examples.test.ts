import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePlan } from '../../campaign/plan/make-plan';
import type { Plan } from '../../campaign/plan/plan';
import type { CampaignSpec } from '../../campaign/spec/campaign-spec';
import { parseSpec } from '../../campaign/spec/parse-spec';
import { formatProblems } from '../../campaign/spec/problems';

const examples = readdirSync('examples').filter((name) => /\.(ya?ml|json|txt)$/.test(name));

function load(name: string): { spec: CampaignSpec; plan: Plan; text: string } {
  const text = readFileSync(join('examples', name), 'utf8');
  const parsed = parseSpec(text, name, 'lab');
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return { spec: parsed.spec, plan: makePlan(parsed.spec.placement, parsed.spec.pattern), text };
}

test.each(examples)('%s is valid and has a plan that ends', (name) => {
  const { plan } = load(name);
  expect(plan.actions.length).toBeGreaterThan(1);
  expect(plan.actions.at(-1)?.kind).toBe('end');
});

test.each(examples.filter((name) => name.endsWith('.yaml')))('%s names its JSON Schema for editors', (name) => {
  expect(load(name).text.split('\n')[0]).toBe('# yaml-language-server: $schema=../docs/schema/campaign.schema.json');
});

test('quickstart.yaml takes less than five minutes, background included, and brings every VM home', () => {
  const { spec, plan } = load('quickstart.yaml');
  const end = plan.actions.at(-1);
  const endMs = end !== undefined && 'dueMs' in end ? end.dueMs : Infinity;
  expect(spec.measure.backgroundMs + endMs).toBeLessThan(300_000);
  const hostOf = new Map<string, string>();
  for (const action of plan.actions) if (action.kind === 'migrate') hostOf.set(action.vm, action.to);
  for (const [vm, host] of hostOf) expect(spec.placement[host]).toContain(vm);
});
