import fc from 'fast-check';
import { makePlan } from '../../../campaign/plan/make-plan';
import { isScript, parseScript } from '../../../campaign/spec/parse-script';
import { parseSpec } from '../../../campaign/spec/parse-spec';
import { validateSpec } from '../../../campaign/spec/validate-spec';

const SCRIPT =
  'h1:g1,g2 h2:\n# comment\n\n0 add-client memory2 20\n1.5 migrate g1 h2\n.5 remove-client memory2 20\n20 end\n';

function planned(text: string): unknown {
  const checked = validateSpec({ site: 'lab', script: text });
  return checked.ok ? makePlan(checked.spec.placement, checked.spec.pattern) : checked.problems;
}

test('reads placement, decimals and times relative to the action before', () => {
  expect(planned(SCRIPT)).toEqual({
    placement: { h1: ['g1', 'g2'], h2: [] },
    actions: [
      { id: 'a00001', kind: 'add-clients', clientType: 'memory2', count: 20, dueMs: 0 },
      { id: 'a00002', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 1_500 },
      { id: 'a00003', kind: 'remove-clients', clientType: 'memory2', count: 20, dueMs: 2_000 },
      { id: 'a00004', kind: 'end', dueMs: 22_000 },
    ],
  });
});

test.each([
  ['CRLF', SCRIPT.replaceAll('\n', '\r\n')],
  ['lone CR', SCRIPT.replaceAll('\n', '\r')],
  ['tabs and runs of blanks', SCRIPT.replaceAll(' ', '\t  ')],
  ['a byte order mark', `\uFEFF${SCRIPT}`],
  ['leading comments and blank lines', `# a\n   # b\n\n${SCRIPT}`],
  ['indented lines, no newline at the end', SCRIPT.trimEnd().replaceAll('\n', '  \n\t')],
])('%s changes nothing', (_, text) => {
  expect(planned(text)).toEqual(planned(SCRIPT));
});

test('names every problem with its line', () => {
  const text =
    'h1:g1 h2: h1:\n5 migrat g1 h2\n-1 migrate g1 h2\n5 migrate g1\n5 add-client disk 1\n5 add-client cpu 0\n5 end now\n';
  const { problems } = parseScript(text);
  expect(problems.map(({ line, message, found, nearest }) => ({ line, message, found, nearest }))).toEqual([
    { line: 1, message: 'host h1 is listed twice', found: undefined, nearest: undefined },
    { line: 2, message: 'is no action', found: 'migrat', nearest: 'migrate' },
    { line: 3, message: 'a line begins with the time since the action before', found: '-1', nearest: undefined },
    { line: 4, message: 'migrate has the wrong parameters', found: 'g1', nearest: undefined },
    { line: 5, message: 'is no client type', found: 'disk', nearest: undefined },
    { line: 6, message: 'is no number of clients', found: '0', nearest: undefined },
    { line: 7, message: 'end has the wrong parameters', found: 'now', nearest: undefined },
  ]);
});

test.each([
  ['an unknown VM', 'h1:g1 h2:\n1 migrate g7 h2\n', 'is no VM of the placement'],
  [
    'an unknown host',
    'h1:g1 h2:\n1 migrate g1 h9\n',
    'is no host of the placement (one without VMs is listed with none)',
  ],
  ['a VM that is there already', 'h1:g1 h2:\n1 migrate g1 h1\n', 'g1 is already on h1 at this point of the plan'],
  [
    'more clients removed than there are',
    'h1:g1 h2:\n1 remove-client cpu 1\n',
    'only 0 cpu client(s) run at this point of the plan',
  ],
  ['actions after the end', 'h1:g1 h2:\n1 end\n1 migrate g1 h2\n', 'actions follow it; the end is the last action'],
  ['a VM placed twice', 'h1:g1 h2:g1\n1 end\n', 'VM g1 is placed twice, first on h1'],
  ['nothing but hosts', 'h1:g1 h2:\n', 'no action follows the list of hosts'],
  ['nothing at all', '\n# only this\n', 'is empty; its first line lists hosts and their VMs, such as h1:g1,g2 h2:'],
])('refuses %s', (_, text, message) => {
  expect(planned(text)).toContainEqual(expect.objectContaining({ message }));
});

test('a script file is told from YAML, and needs a site to be run', () => {
  expect(isScript(SCRIPT)).toBe(true);
  expect(isScript('site: lab\nplacement: {}\n')).toBe(false);
  expect(isScript('placement:\n  h1: [g1]\n')).toBe(false);
  expect(isScript('h1:g1 h2\n0 migrate g1 h2\n')).toBe(true);
  expect(isScript('')).toBe(false);
  expect(parseSpec(SCRIPT, 's.txt', 'lab')).toMatchObject({ ok: true, raw: { site: 'lab', script: SCRIPT } });
  expect(parseSpec(SCRIPT, 's.txt')).toMatchObject({
    ok: false,
    problems: [{ file: 's.txt', message: expect.stringContaining('--site') as string }],
  });
});

test('a problem inside a block of YAML is placed on its line of the file', () => {
  const text = 'site: lab\nscript: |\n  h1:g1 h2:\n  # x\n  5 migrate g1 h1\n';
  expect(parseSpec(text, 's.yaml')).toMatchObject({
    ok: false,
    problems: [{ path: 'script', file: 's.yaml', line: 5 }],
  });
});

test('any text is either a plan or a list of problems', () => {
  const word = fc.oneof(
    fc.constantFrom('h1:g1', 'h2:', 'migrate', 'add-client', 'end', 'g1', 'h2', 'cpu', '3', '0.5', '#', ':', ','),
    fc.string(),
  );
  const line = fc.array(word, { maxLength: 5 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const checked = validateSpec({ site: 'lab', script: lines.join('\n') });
      expect(checked.ok || checked.problems.length > 0).toBe(true);
    }),
  );
});
