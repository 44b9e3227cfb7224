import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { makePlan } from '../../../campaign/plan/make-plan';
import { parseSpec } from '../../../campaign/spec/parse-spec';
import { formatProblems, type Problem } from '../../../campaign/spec/problems';
import { validateSpec } from '../../../campaign/spec/validate-spec';
import { checkMessage } from '../check-message';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { garbledValue } from '../garble-value';

const FOLDER = resolve(__dirname, '../../../examples');
const EXAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const TEXTS = EXAMPLES.map((name) => readFileSync(join(FOLDER, name), 'utf8'));
const VALUES = TEXTS.map((text) => parse(text) as unknown);

const duration = fc.oneof(
  fc.integer({ min: 1, max: 3_600 }),
  fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom('ms', 's', 'm', 'h', ' s')).map((parts) => parts.join('')),
);
const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,20}$/), {
  minLength: 4,
  maxLength: 9,
  size: 'max',
});

/** Specs without fault, of every pattern, with every kind of legal name. */
const soundSpec: fc.Arbitrary<unknown> = fc
  .tuple(
    names,
    fc.nat(3),
    fc.record({ every: duration, pause: duration, background: duration, whole: fc.integer({ min: 1, max: 40 }) }),
    fc.boolean(),
  )
  .map(([[h1 = '', h2 = '', ...vms], which, { every, pause, background, whole }, flag]) => {
    const placement = Object.fromEntries([
      [h1, vms],
      [h2, []],
    ]);
    const pattern = [
      { kind: 'staircase', target: h2, upTo: vms.length, every, reverse: flag },
      { kind: 'ring', rounds: whole, concurrent: 1, ...(flag ? { every } : { pause }) },
      { kind: 'cycle', vm: vms[0], hosts: [h1, h2], migrations: whole, pause },
      { kind: 'evacuate', host: h1, to: [h2], back: flag, every },
    ][which];
    const load = { default: { dirty: { workingSetMib: whole, mibPerS: whole / 4 } } };
    const more = { measure: { background }, limits: { maxFailures: whole }, options: { deadline: pause, channels: 2 } };
    return { site: 'lab', placement, pattern, ...(flag ? { load, ...more } : {}) };
  });

/** The same document as people and programs write it. */
function written(value: unknown, how: number): string {
  const json = JSON.stringify(value);
  return (
    [
      () => stringify(value),
      () => json,
      () => JSON.stringify(value, null, 2),
      () => `\uFEFF# a comment\r\n${stringify(value).replaceAll('\n', '\r\n')}`,
      () => `---\n${stringify(value, { defaultStringType: 'QUOTE_DOUBLE' })}...\n`,
      () => `%YAML 1.1\n---\n${stringify(value, { version: '1.1' })}`,
    ][how % 6]?.() ?? json
  );
}

interface Case {
  readonly sound: boolean;
  /** A text as a file holds it, or a value as a workflow is started with it. */
  readonly text?: string;
  readonly value?: unknown;
}

const anyBase = fc.oneof(fc.constantFrom(...VALUES), soundSpec);
const cases: fc.Arbitrary<Case> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.tuple(soundSpec, fc.nat(5)).map(([value, how]) => ({ sound: true, text: written(value, how) })),
  },
  { weight: 4, arbitrary: garbledText(fc.constantFrom(...TEXTS)).map((text) => ({ sound: false, text })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(garbledValue(anyBase), fc.nat(5))
      .map(([value, how]) => ({ sound: false, text: safelyWritten(value, how) })),
  },
  { weight: 3, arbitrary: garbledValue(anyBase).map((value) => ({ sound: false, value })) },
);

function safelyWritten(value: unknown, how: number): string {
  try {
    return written(value, how);
  } catch {
    return JSON.stringify(String(value));
  }
}

/** Specs as YAML and JSON texts and as values that a workflow is started with. */
export const specs = fuzzKind('specs', 10_000, cases, ({ sound, text, value }): Outcome => {
  const read = text === undefined ? validateSpec(value) : parseSpec(text, 'spec.yaml');
  if (read.ok) {
    const { actions } = makePlan(read.spec.placement, read.spec.pattern);
    if (!actions.every((action) => !('dueMs' in action) || Number.isFinite(action.dueMs)))
      throw new Error('a plan without times');
    const again = validateSpec(JSON.parse(JSON.stringify('raw' in read ? read.raw : value)) as unknown);
    if (!again.ok) throw new Error(`what was accepted is refused on its way: ${formatProblems(again.problems)}`);
    return 'accepted';
  }
  if (sound) throw new Error(`a sound spec is refused: ${formatProblems(read.problems)}`);
  checkProblems(read.problems);
  return 'refused';
});

/** What must hold for every list of problems. */
export function checkProblems(problems: readonly Problem[]): void {
  if (problems.length === 0 || problems.length > 201) throw new Error(`${String(problems.length)} problems`);
  checkMessage(formatProblems(problems), problems.length);
  if (JSON.stringify(problems).length > 1_000_000) throw new Error('more than fits into workflow history');
}
