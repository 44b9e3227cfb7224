import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makePlan } from '../../../campaign/plan/make-plan';
import { isScript } from '../../../campaign/spec/parse-script';
import { parseSpec } from '../../../campaign/spec/parse-spec';
import { formatProblems } from '../../../campaign/spec/problems';
import { validateSpec } from '../../../campaign/spec/validate-spec';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { checkProblems } from './specs';

const EXAMPLE = readFileSync(resolve(__dirname, '../../../examples/paper-script.txt'), 'utf8');

const seconds = fc.oneof(fc.nat(600).map(String), fc.constantFrom('0', '.5', '2.', '0.25', '17.125'));
const blank = fc.constantFrom(' ', '\t', '   ', ' \t ');
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** Scripts without fault: VMs that go to the host where they are not, clients that come and go, comments. */
const soundScript: fc.Arbitrary<string> = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.tuple(seconds, fc.nat(5), fc.nat(20)), { minLength: 1, maxLength: 12 }),
    blank,
    lineEnd,
    fc.boolean(),
  )
  .map(([vms, actions, gap, end, withEnd]) => {
    const names = Array.from({ length: vms }, (_, index) => `g${String(index + 1)}`);
    const onFirst = new Set(names);
    const lines = actions.map(([time, which, count]) => {
      if (which === 0) return [time, 'add-client', 'cpu', String(count + 1)].join(gap);
      const vm = names[which % vms] ?? 'g1';
      const to = onFirst.delete(vm) ? 'h2' : 'h1';
      if (to === 'h1') onFirst.add(vm);
      return [time, 'migrate', vm, to].join(gap);
    });
    const all = [`h1:${names.join(',')}${gap}h2:`, '# a comment', '', ...lines, ...(withEnd ? ['20 end'] : [])];
    return all.join(end);
  });

interface Case {
  readonly sound: boolean;
  readonly text: string;
  /** In a field of a spec, where it needs no site of its own. */
  readonly inSpec: boolean;
}

const cases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ sound: fc.constant(true), text: soundScript, inSpec: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      sound: fc.constant(false),
      text: garbledText(fc.oneof(fc.constant(EXAMPLE), soundScript), 8),
      inSpec: fc.boolean(),
    }),
  },
);

/** Scripts in the paper's format, as files and inside specs. */
export const scripts = fuzzKind('scripts', 14_000, cases, ({ sound, text, inSpec }): Outcome => {
  if (sound && !isScript(text)) throw new Error('a script is not known as one');
  const read = inSpec ? validateSpec({ site: 'lab', script: text }) : parseSpec(text, 'plan.txt', 'lab');
  if (!read.ok) {
    if (sound) throw new Error(`a sound script is refused: ${formatProblems(read.problems)}`);
    checkProblems(read.problems);
    return 'refused';
  }
  const { actions } = makePlan(read.spec.placement, read.spec.pattern);
  const times = actions.flatMap((action) => ('dueMs' in action ? [action.dueMs] : []));
  if (!times.every((time, index) => time >= (times[index - 1] ?? 0))) throw new Error('a plan whose times go back');
  return 'accepted';
});
