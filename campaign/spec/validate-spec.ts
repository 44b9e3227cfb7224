import type { Placement } from '../plan/plan';
import { actionProblems } from './action-problems';
import type { CampaignSpec } from './campaign-spec';
import { limitProblems } from './limit-problems';
import { nearestName } from './nearest-name';
import { parseScript } from './parse-script';
import { patternProblems } from './pattern-problems';
import { placementProblems } from './placement-problems';
import { formatPath, valueAt } from './problem-path';
import type { Problem } from './problems';
import { readActions, type ParsedAction } from './read-actions';
import { resolveSpec } from './resolve-spec';
import { checkShape } from './shape-problems';
import { showValue } from './show-value';
import { specSchema, type ParsedSpec } from './spec-schema';
import type { WrittenAction } from './written-action';

/** A valid spec, or everything that is wrong with it. */
export type Validated =
  { readonly ok: true; readonly spec: CampaignSpec } | { readonly ok: false; readonly problems: readonly Problem[] };

const SHORTEST_PROBE_PERIOD_MS = 1;
const LONGEST_PROBE_PERIOD_MS = 1_000;
const SHORTEST_SAMPLE_MS = 1_000;
const SHORTEST_TOLERANCE_MS = 100;
const PLANS = ['pattern', 'actions', 'script'] as const;

/** Checks a spec as a user wrote it (parsed YAML or JSON), shape and meaning; all problems at once. */
export function validateSpec(value: unknown): Validated {
  const shape = checkShape(specSchema, value);
  const sound = shape.ok ? shape.data : soundParts(value);
  const timeline = readTimeline(sound, value);
  const problems = [
    ...(shape.ok ? [] : shape.problems),
    ...timeline.problems,
    ...(timeline.placement === null ? [] : placementProblems(timeline.placement)),
    ...(timeline.placement === null || sound.pattern === undefined
      ? []
      : patternProblems(sound.pattern, timeline.placement)),
    ...(timeline.placement === null ? [] : loadProblems(valueAt(value, ['load']), timeline.placement)),
    ...(sound.measure === undefined ? [] : measureProblems(sound.measure)),
    ...(sound.options === undefined ? [] : optionProblems(sound.options)),
  ];
  if (!shape.ok || timeline.placement === null || problems.length > 0)
    return { ok: false, problems: limitProblems(problems) };
  return { ok: true, spec: resolveSpec(shape.data, timeline.placement, timeline.written) };
}

type SoundParts = { readonly [K in Exclude<keyof ParsedSpec, 'placement'>]?: ParsedSpec[K] | undefined } & {
  readonly placement?: Placement | undefined;
  readonly entries?: readonly (ParsedAction | null)[];
};

/** The parts of a spec whose shape is right, so that their meaning is checked although others are wrong. */
function soundParts(value: unknown): SoundParts {
  const { shape } = specSchema;
  const part = <K extends keyof typeof shape>(key: K): ParsedSpec[K] | undefined =>
    shape[key].safeParse(valueAt(value, [key])).data as ParsedSpec[K] | undefined;
  const actions = valueAt(value, ['actions']);
  const action = shape.actions.unwrap().element;
  const entries = Array.isArray(actions) ? actions.map((entry) => action.safeParse(entry).data ?? null) : [];
  return {
    placement: roughPlacement(valueAt(value, ['placement'])),
    pattern: part('pattern'),
    script: part('script'),
    measure: part('measure'),
    options: part('options'),
    entries,
  };
}

/** Every name that a placement mentions, also where its shape is wrong: what it mentions is not unknown. */
function roughPlacement(value: unknown): Placement | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([host, vms]) => [host, Array.isArray(vms) ? vms.map(nameOf) : []]),
  );
}

function nameOf(vm: unknown): string {
  return typeof vm === 'string' ? vm : showValue(vm);
}

interface Timeline {
  readonly placement: Placement | null;
  readonly written: readonly WrittenAction[];
  readonly problems: readonly Problem[];
}

/** Placement and listed actions, from the spec itself or its script. */
function readTimeline(sound: SoundParts, value: unknown): Timeline {
  const given = PLANS.filter((key) => valueAt(value, [key]) !== undefined);
  const isFields = typeof value === 'object' && value !== null && !Array.isArray(value);
  const choice: Problem = {
    path: given[1] ?? '',
    message: 'exactly one of pattern, actions and script is needed',
    found: given.join(' and ') || 'none of them',
  };
  const problems = given.length === 1 || !isFields ? [] : [choice];
  const hasPlacement = valueAt(value, ['placement']) !== undefined;
  if (sound.script !== undefined) {
    const script = parseScript(sound.script);
    if (hasPlacement)
      problems.push({ path: 'placement', message: "the script's first line is the placement; remove one of them" });
    return {
      ...script,
      problems: [
        ...problems,
        ...script.problems,
        ...actionProblems(script.written, script.placement, script.problems.length === 0),
      ],
    };
  }
  if (!hasPlacement && isFields && !given.includes('script'))
    problems.push({ path: 'placement', message: 'is missing', allowed: 'hosts with lists of VMs' });
  const placement = sound.placement ?? null;
  const entries = sound.entries ?? sound.actions ?? [];
  const list = readActions(entries);
  // Where an entry is unreadable, nobody knows where its VM is afterwards.
  const isComplete = !entries.includes(null);
  return {
    placement,
    written: list.written,
    problems: [...problems, ...list.problems, ...actionProblems(list.written, placement, isComplete)],
  };
}

function loadProblems(load: unknown, placement: Placement): readonly Problem[] {
  const vms = Object.values(placement).flat();
  const names = new Set([...vms, 'default']);
  const loaded = typeof load === 'object' && load !== null && !Array.isArray(load) ? Object.keys(load) : [];
  return loaded.flatMap((name) => {
    if (names.has(name)) return [];
    const nearest = nearestName(name, [...names]);
    return [
      {
        path: formatPath(['load', name]),
        message: 'is no VM of the placement',
        allowed: 'names of VMs, default',
        ...(nearest === undefined ? {} : { nearest }),
      },
    ];
  });
}

function measureProblems({ probePeriod, prompt, sampleEvery }: ParsedSpec['measure']): readonly Problem[] {
  const problems: Problem[] = [];
  if (probePeriod < SHORTEST_PROBE_PERIOD_MS || probePeriod > LONGEST_PROBE_PERIOD_MS) {
    problems.push({
      path: 'measure.probePeriod',
      message: 'is not valid',
      found: `${probePeriod} ms`,
      allowed: '1ms to 1s',
    });
  }
  if (prompt < 2 * probePeriod)
    problems.push({
      path: 'measure.prompt',
      message: 'is not valid',
      found: `${prompt} ms`,
      allowed: `at least two probe periods (${2 * probePeriod} ms)`,
    });
  if (sampleEvery < SHORTEST_SAMPLE_MS)
    problems.push({
      path: 'measure.sampleEvery',
      message: 'is not valid',
      found: `${sampleEvery} ms`,
      allowed: 'at least 1s',
    });
  return problems;
}

function optionProblems({ deadline, onDeadline, postCopy, lateTolerance }: ParsedSpec['options']): readonly Problem[] {
  const problems: Problem[] = [];
  if (deadline === 0)
    problems.push({ path: 'options.deadline', message: 'is not valid', found: '0', allowed: 'more than 0' });
  if (lateTolerance < SHORTEST_TOLERANCE_MS)
    problems.push({
      path: 'options.lateTolerance',
      message: 'is not valid',
      found: `${lateTolerance} ms`,
      allowed: 'at least 100ms: no request is ever exactly on time',
    });
  if (onDeadline !== undefined && deadline === undefined)
    problems.push({ path: 'options.onDeadline', message: 'goes with a deadline only' });
  if (onDeadline === 'post-copy' && postCopy === false)
    problems.push({ path: 'options.onDeadline', message: 'post-copy is forbidden by "postCopy: false"' });
  return problems;
}
