import type { ListedAction, PatternSpec } from '../plan/pattern-spec';
import { actionId } from '../plan/action-id';
import type { Placement } from '../plan/plan';
import type { CampaignSpec, VmLoad } from './campaign-spec';
import { didYouMean, type Problem } from './problems';
import { specSchema, type ParsedSpec } from './spec-schema';
import { shapeProblems } from './shape-problems';

/** A valid spec, or everything that is wrong with it. */
export type Validated = { readonly ok: true; readonly spec: CampaignSpec } | { readonly ok: false; readonly problems: readonly Problem[] };

const SHORTEST_PROBE_PERIOD_MS = 1;
const LONGEST_PROBE_PERIOD_MS = 1_000;

/** Checks a spec as a user wrote it (parsed YAML or JSON): first its shape, then its meaning; all problems at once. */
export function validateSpec(value: unknown): Validated {
  const parsed = specSchema.safeParse(value);
  if (!parsed.success) return { ok: false, problems: shapeProblems(parsed.error, value) };
  const problems = meaningProblems(parsed.data);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: resolve(parsed.data) };
}

function meaningProblems(spec: ParsedSpec): readonly Problem[] {
  const { placement, pattern, actions, measure, load } = spec;
  const problems: Problem[] = [];
  const add = (path: string, message: string): void => void problems.push({ path, message });
  const hosts = Object.keys(placement);
  const vms = Object.values(placement).flat();

  if (vms.length === 0) add('placement', 'no VM is placed on any host');
  for (const [host, names] of Object.entries(placement)) {
    for (const [index, vm] of names.entries()) {
      const first = Object.entries(placement).find(([, others]) => others.includes(vm))?.[0];
      if (first !== host || names.indexOf(vm) !== index) add(`placement.${host}[${String(index)}]`, `VM ${vm} is placed twice, first on ${first ?? host}`);
    }
  }
  if ((pattern === undefined) === (actions === undefined)) add('', 'exactly one of "pattern" and "actions" is needed');
  if (pattern !== undefined) {
    if (!hosts.includes(pattern.target)) add('pattern.target', unknown('host', pattern.target, hosts));
    else if (pattern.upTo > vms.length) add('pattern.upTo', `is ${String(pattern.upTo)}, but only ${String(vms.length)} VMs are placed`);
    else if (pattern.upTo <= (placement[pattern.target] ?? []).length) add('pattern.upTo', `is ${String(pattern.upTo)}, but the target already has as many VMs: nothing would migrate`);
    if (pattern.every === 0) add('pattern.every', 'must be more than 0');
  }
  for (const [vm] of Object.entries(load)) if (vm !== 'default' && !vms.includes(vm)) add(`load.${vm}`, unknown('VM', vm, vms));
  if (measure.probePeriod < SHORTEST_PROBE_PERIOD_MS || measure.probePeriod > LONGEST_PROBE_PERIOD_MS) {
    add('measure.probePeriod', `is ${String(measure.probePeriod)} ms; 1 ms to 1 s is allowed`);
  }
  if (measure.prompt < 2 * measure.probePeriod) add('measure.prompt', 'must be at least two probe periods');
  return [...problems, ...actionProblems(actions ?? [], placement)];
}

type ParsedAction = NonNullable<ParsedSpec['actions']>[number];

function actionProblems(actions: readonly ParsedAction[], placement: Placement): readonly Problem[] {
  const problems: Problem[] = [];
  const hosts = Object.keys(placement);
  const hostOf = new Map(Object.entries(placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)));
  const vms = [...hostOf.keys()];
  const ids = new Set<string>();
  let lastAtMs = 0;
  for (const [index, action] of actions.entries()) {
    const path = `actions[${String(index)}]`;
    const add = (field: string, message: string): void => void problems.push({ path: field === '' ? path : `${path}.${field}`, message });
    const id = action.id ?? actionId(index + 1);
    if (!hostOf.has(action.migrate)) add('migrate', unknown('VM', action.migrate, vms));
    if (!hosts.includes(action.to)) add('to', `${unknown('host', action.to, hosts)}; a host without VMs needs an empty list in placement`);
    else if (hostOf.get(action.migrate) === action.to) add('to', `${action.migrate} is on ${action.to} already at this point of the plan`);
    if (hostOf.has(action.migrate)) hostOf.set(action.migrate, action.to);
    if ((action.at === undefined) === (action.after === undefined)) add('', 'exactly one of "at" and "after" is needed');
    if (action.pause !== undefined && action.after === undefined) add('pause', 'goes with "after" only');
    if (action.after !== undefined && !ids.has(action.after)) add('after', `${action.after} is no id of an earlier action${didYouMean(action.after, [...ids])}`);
    if (action.at !== undefined && action.at < lastAtMs) add('at', `${String(action.at / 1_000)} s is before the action above it`);
    lastAtMs = Math.max(lastAtMs, action.at ?? 0);
    if (ids.has(id)) add('id', `${id} is the id of an earlier action`);
    ids.add(id);
  }
  return problems;
}

function unknown(kind: string, found: string, known: readonly string[]): string {
  return `${kind} ${found} is not in placement, which has ${known.join(', ')}${didYouMean(found, known)}`;
}

function resolve({ site, placement, pattern, actions, load, measure, options, limits }: ParsedSpec): CampaignSpec {
  const { deadline, ...rest } = options;
  return {
    site,
    placement,
    pattern: resolvePattern(pattern, actions ?? []),
    load: Object.fromEntries(Object.values(placement).flatMap((vms) => vms.map((vm) => [vm, resolveLoad(load[vm] ?? load['default'])]))),
    measure: { backgroundMs: measure.background, probePeriodMs: measure.probePeriod, promptMs: measure.prompt },
    options: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    policy: {
      onFailure: limits.onFailure,
      maxFailures: limits.maxFailures ?? null,
      whenLate: limits.whenLate,
      lateToleranceMs: limits.lateTolerance,
      deadlineMs: deadline ?? null,
    },
  };
}

function resolvePattern(pattern: ParsedSpec['pattern'], actions: readonly ParsedAction[]): PatternSpec {
  if (pattern !== undefined) {
    const { kind, target, upTo, every, reverse } = pattern;
    return { kind, target, upTo, everyMs: every, reverse };
  }
  const listed = actions.map(({ id, migrate: vm, to, at, after, pause }, index): ListedAction => {
    const when = after === undefined ? { dueMs: at ?? 0 } : { after, pauseMs: pause ?? 0 };
    return { id: id ?? actionId(index + 1), vm, to, ...when };
  });
  return { kind: 'list', actions: listed };
}

function resolveLoad(load: { dirty?: VmLoad['dirty'] | undefined } | undefined): VmLoad {
  return { dirty: load?.dirty ?? null };
}
