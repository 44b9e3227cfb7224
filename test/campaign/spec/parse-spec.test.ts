import { parseSpec } from '../../../campaign/spec/parse-spec';
import { formatProblems } from '../../../campaign/spec/problems';
import { validateSpec } from '../../../campaign/spec/validate-spec';

const SPEC = { site: 'lab', placement: { h1: ['g1'], h2: [] }, pattern: { kind: 'ring', rounds: 1 } };

function problemsOf(text: string): string {
  const read = parseSpec(text, 's.yaml');
  return read.ok ? '' : formatProblems(read.problems);
}

test('JSON on one line without blanks is a spec, not a script', () => {
  expect(problemsOf(JSON.stringify(SPEC))).toBe('');
});

test('no field gets lost: a host with the name of a prototype is refused', () => {
  const text = JSON.stringify(SPEC).replace('"h2"', '"__proto__"');
  expect(problemsOf(text)).toContain('placement.__proto__: is no valid name');
  expect(validateSpec(JSON.parse(text)).ok).toBe(false);
});

test.each([
  ['an alias inside what it stands for', 'a: &a [*a]', /an alias stands inside what it stands for/],
  ['an alias without its anchor', 'a: *SECRET', /Unresolved alias/],
  ['a block as a name', '? {a: SECRET}\n: 1', /:1:3: a name is needed here/],
  ['nesting beyond the stack', '['.repeat(100_000), /^s\.yaml/],
  ['a value that JSON has not', `site: [.inf]`, /found \[Infinity\]/],
  ['control characters', 'site: "\\e[31m"\n"\\x9b": 1', /\\u001b\[31m[^]*\\u009b/],
])('%s is told in one line a problem', (_, text, sentence) => {
  const message = problemsOf(text);
  expect(message).toMatch(sentence);
  for (const unwanted of ['SECRET', '\u001B', '\u009B']) expect(message).not.toContain(unwanted);
});

test('a value nested without end is told, not fallen over', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(validateSpec({ ...SPEC, site: deep }).ok).toBe(false);
});

test('of thousands of syntax errors the first are told', () => {
  expect(problemsOf('"a" b\n'.repeat(5_000)).split('\n').length).toBeLessThanOrEqual(201);
});
