import fc from 'fast-check';
import { parseSpec } from '../../../campaign/spec/parse-spec';
import type { Problem } from '../../../campaign/spec/problems';
import { formatProblems } from '../../../campaign/spec/problems';
import { validateSpec } from '../../../campaign/spec/validate-spec';

const placement = { h1: ['g1', 'g2'], h2: [], h3: ['g3', 'g4'] };
const staircase = { kind: 'staircase', target: 'h2', upTo: 3, every: '15s' };
const base = { site: 'lab', placement, pattern: staircase };
const listOf = (...actions: object[]): object => ({ site: 'lab', placement, actions });

function problemsOf(value: unknown): readonly Problem[] {
  const checked = validateSpec(value);
  return checked.ok ? [] : checked.problems;
}

test('fills in every default, durations in milliseconds', () => {
  const dirtied = { cpu: null, lock: null, dirty: { workingSetMib: 32, mibPerS: 8, pattern: 'sequential' } };
  expect(validateSpec({ ...base, load: { default: { dirty: { workingSetMib: 32, mibPerS: 8 } }, g2: {} } })).toEqual({
    ok: true,
    spec: {
      site: 'lab',
      placement,
      pattern: { kind: 'staircase', target: 'h2', upTo: 3, everyMs: 15_000, reverse: false, repeats: 1 },
      load: {
        g1: dirtied,
        g2: { cpu: null, lock: null, dirty: null },
        g3: dirtied,
        g4: dirtied,
      },
      measure: { backgroundMs: 60_000, probePeriodMs: 5, promptMs: 30, sampleEveryMs: 20_000 },
      options: {},
      limits: { migrationsPerHost: null },
      policy: {
        onFailure: 'continue',
        maxFailures: null,
        whenBusy: 'postpone-all',
        whenLate: 'shift-all',
        lateToleranceMs: 5_000,
        deadlineMs: null,
        onDeadline: 'cancel',
      },
    },
  });
});

test.each([
  [20, 20_000],
  [0.25, 250],
  ['250ms', 250],
  ['20s', 20_000],
  ['1.5 m', 90_000],
  ['2h', 7_200_000],
])('a duration of %p is %p ms', (written, ms) => {
  expect(validateSpec({ ...base, measure: { background: written } })).toMatchObject({
    ok: true,
    spec: { measure: { backgroundMs: ms } },
  });
});

test.each([['5 min'], ['-3s'], [-1], ['9999999h'], [Infinity], [true], [null]])('%p is no duration', (written) => {
  expect(problemsOf({ ...base, measure: { background: written } })).toMatchObject([{ path: 'measure.background' }]);
});

test.each<[string, object, Partial<Problem>]>([
  [
    'an unknown field',
    { ...base, placment: {} },
    { path: 'placment', message: 'is no field here', nearest: 'placement' },
  ],
  [
    'a field of another section',
    { ...base, options: { maxFailures: 1 } },
    { path: 'options.maxFailures', nearest: 'limits.maxFailures' },
  ],
  [
    'an unknown pattern',
    { ...base, pattern: { kind: 'stairs' } },
    { path: 'pattern.kind', found: '"stairs"', nearest: 'staircase' },
  ],
  [
    'a pattern of a later version',
    { ...base, pattern: { kind: 'sweep' } },
    { path: 'pattern.kind', message: 'is planned, but not available yet', allowed: 'staircase, ring, cycle, evacuate' },
  ],
  [
    'a load of a later version',
    { ...base, load: { default: { serve: {} } } },
    { path: 'load.default.serve', message: 'is planned, but not available yet', allowed: 'cpu, lock, dirty' },
  ],
  [
    'a CPU load of more than all',
    { ...base, load: { default: { cpu: { percent: 101 } } } },
    { path: 'load.default.cpu.percent', found: '101' },
  ],
  ['a part of a MiB', { ...base, load: { g1: { lock: { mib: 0.5 } } } }, { path: 'load.g1.lock.mib', found: '0.5' }],
  ['clients', { ...base, clients: {} }, { path: 'clients', message: 'is planned, but not available yet' }],
  [
    'no plan',
    { site: 'lab', placement },
    { message: 'exactly one of pattern, actions and script is needed', found: 'none of them' },
  ],
  ['two plans', { ...base, script: 'h1:g1 h2:\n1 end' }, { path: 'script', found: 'pattern and script' }],
  ['a script and a placement', { site: 'lab', placement, script: 'h1:g1 h2:\n1 end' }, { path: 'placement' }],
  ['no placement', { site: 'lab', pattern: staircase }, { path: 'placement', message: 'is missing' }],
  ['no site', { placement, pattern: staircase }, { path: 'site', message: 'is missing' }],
  [
    'a VM placed twice',
    { ...base, placement: { ...placement, h2: ['g1'] } },
    { path: 'placement.h2[0]', message: 'VM g1 is placed twice, first on h1' },
  ],
  ['no VM at all', { ...base, placement: { h1: [], h2: [] } }, { path: 'placement' }],
  ['a number as a name', { ...base, placement: { ...placement, h2: [7] } }, { path: 'placement.h2[0]', found: '7' }],
  [
    'a name that is a path',
    { ...base, placement: { ...placement, '../h': [] } },
    { path: 'placement["../h"]', message: 'is no valid name' },
  ],
  [
    'an unknown target',
    { ...base, pattern: { ...staircase, target: 'h9' } },
    { path: 'pattern.target', found: 'h9', allowed: 'h1, h2, h3' },
  ],
  [
    'too high a staircase',
    { ...base, pattern: { ...staircase, upTo: 5 } },
    { path: 'pattern.upTo', found: '5', allowed: '1 to 4' },
  ],
  [
    'a staircase without steps',
    { ...base, pattern: { ...staircase, target: 'h1', upTo: 2 } },
    { path: 'pattern.upTo', allowed: '3 to 4' },
  ],
  ['repeats without reverse', { ...base, pattern: { ...staircase, repeats: 2 } }, { path: 'pattern.repeats' }],
  ['no pace', { ...base, pattern: { ...staircase, every: 0 } }, { path: 'pattern.every' }],
  [
    'too many migrations',
    { ...base, pattern: { kind: 'ring', rounds: 5_000 } },
    { path: 'pattern', allowed: 'at most 10000' },
  ],
  ['rounds and migrations', { ...base, pattern: { kind: 'ring', rounds: 1, migrations: 4 } }, { path: 'pattern' }],
  ['every and pause', { ...base, pattern: { kind: 'ring', rounds: 1, every: 1, pause: 1 } }, { path: 'pattern.pause' }],
  [
    'more at once than VMs',
    { ...base, pattern: { kind: 'ring', rounds: 1, concurrent: 5 } },
    { path: 'pattern.concurrent', allowed: '1 to 4' },
  ],
  ['an unknown VM to cycle', { ...base, pattern: { kind: 'cycle', vm: 'x', migrations: 1 } }, { path: 'pattern.vm' }],
  [
    'a host twice in the cycle',
    { ...base, pattern: { kind: 'cycle', vm: 'g1', hosts: ['h1', 'h1'], migrations: 1 } },
    { path: 'pattern.hosts[1]' },
  ],
  ['an empty host to evacuate', { ...base, pattern: { kind: 'evacuate', host: 'h2' } }, { path: 'pattern.host' }],
  [
    'evacuating a host to itself',
    { ...base, pattern: { kind: 'evacuate', host: 'h1', to: ['h2', 'h1'] } },
    { path: 'pattern.to[1]' },
  ],
  ['a load for an unknown VM', { ...base, load: { g11: {} } }, { path: 'load.g11', nearest: 'g1' }],
  ['probes too fast', { ...base, measure: { probePeriod: '0.4ms' } }, { path: 'measure.probePeriod' }],
  ['prompt below two periods', { ...base, measure: { probePeriod: '20ms' } }, { path: 'measure.prompt' }],
  ['onDeadline without deadline', { ...base, options: { onDeadline: 'cancel' } }, { path: 'options.onDeadline' }],
  ['a VM that is there already', listOf({ migrate: 'g1', to: 'h1', at: 0 }), { path: 'actions[0].to' }],
  ['an unknown VM', listOf({ migrate: 'g9', to: 'h1', at: 0 }), { path: 'actions[0].migrate', found: 'g9' }],
  ['an unknown host', listOf({ migrate: 'g1', to: 'h22', at: 0 }), { path: 'actions[0].to', nearest: 'h2' }],
  [
    'times that decrease',
    listOf({ migrate: 'g1', to: 'h2', at: 5 }, { migrate: 'g2', to: 'h2', at: 3 }),
    { path: 'actions[1].at' },
  ],
  [
    'after an unknown id',
    listOf({ id: 'first', migrate: 'g1', to: 'h2', at: 0 }, { migrate: 'g2', to: 'h2', after: 'frist' }),
    { path: 'actions[1].after', nearest: 'first' },
  ],
  [
    'a circle',
    listOf({ id: 'p', migrate: 'g1', to: 'h2', after: 'q' }, { id: 'q', migrate: 'g2', to: 'h2', after: 'p' }),
    { path: 'actions[0].after' },
  ],
  [
    'previous without one',
    listOf({ migrate: 'g1', to: 'h2', after: 'previous' }),
    { path: 'actions[0].after', message: 'there is no previous action' },
  ],
  [
    'at and after',
    listOf({ migrate: 'g1', to: 'h2', at: 0 }, { migrate: 'g1', to: 'h1', at: 1, after: 'previous' }),
    { path: 'actions[1]' },
  ],
  ['neither at nor after', listOf({ migrate: 'g1', to: 'h2' }), { path: 'actions[0]' }],
  [
    'an id twice',
    listOf({ id: 'x', migrate: 'g1', to: 'h2', at: 0 }, { id: 'x', migrate: 'g2', to: 'h2', at: 1 }),
    { path: 'actions[1].id' },
  ],
  [
    "an id that is another action's by place",
    listOf({ id: 'a00002', migrate: 'g1', to: 'h2', at: 0 }, { migrate: 'g2', to: 'h2', at: 1 }),
    { path: 'actions[1].id' },
  ],
  ["an id of drover's own", listOf({ id: 'place-g1', migrate: 'g1', to: 'h2', at: 0 }), { path: 'actions[0].id' }],
  [
    'an action after the end',
    listOf({ end: true, at: 0 }, { migrate: 'g1', to: 'h2', at: 1 }),
    { path: 'actions[0].end' },
  ],
  ['an action without a host', listOf({ migrate: 'g1', at: 0 }), { path: 'actions[0].to' }],
  ['no object', [], { path: '', message: 'is not valid' }],
])('refuses %s', (_, value, problem) => {
  expect(problemsOf(value)).toContainEqual(expect.objectContaining(problem));
});

test('one mistake is one problem', () => {
  expect(problemsOf({ ...base, pattern: { ...staircase, target: 'h9' } })).toHaveLength(1);
  expect(problemsOf({ site: 'lab', placement })).toHaveLength(1);
  expect(problemsOf({ site: 'lab', pattern: staircase })).toHaveLength(1);
  expect(problemsOf(7)).toHaveLength(1);
});

test('names all problems at once, in order, each with file, line and column', () => {
  const text = `site: lab
placment: {}
placement:
  h1: [g1, g2]
  h2: [g1]
pattern: { kind: stairs, target: h2 }
load:
  g11: { dirty: { workingSetMib: 1.5, mibPerS: 8 } }
`;
  const parsed = parseSpec(text, 'a.yaml');
  expect(formatProblems(parsed.ok ? [] : parsed.problems).split('\n')).toEqual([
    'a.yaml:2:1: placment: is no field here; allowed: $schema, site, placement, pattern, actions, script, load, measure, limits, options (did you mean "placement"?)',
    'a.yaml:5:8: placement.h2[0]: VM g1 is placed twice, first on h1',
    'a.yaml:6:18: pattern.kind: is not valid; found "stairs"; allowed: staircase, ring, cycle, evacuate (did you mean "staircase"?)',
    'a.yaml:8:3: load.g11: is no VM of the placement; allowed: names of VMs, default (did you mean "g1"?)',
    'a.yaml:8:34: load.g11.dirty.workingSetMib: is not valid; found 1.5; allowed: a whole number',
  ]);
});

test.each([
  ['', 'a.yaml:1:1: is empty; allowed: fields with values: $schema, site'],
  ['# nothing yet\n', 'is empty; allowed: fields with values: $schema, site'],
  ['[1, 2]', 'a.yaml:1:1: is not valid; found [1,2]; allowed: fields with values: $schema, site'],
  ['site: lab\nplacement:\n  h1: [g1]\n  h1: [g2]\n', 'a.yaml:4:3: h1 is given twice; each name may stand once'],
])('says of %j what a spec needs', (text, message) => {
  const parsed = parseSpec(text, 'a.yaml');
  expect(formatProblems(parsed.ok ? [] : parsed.problems)).toContain(message);
});

test('a number beyond all limits is one problem', () => {
  const problems = problemsOf({ ...base, pattern: { kind: 'ring', rounds: 1e300 } });
  expect(problems).toMatchObject([{ path: 'pattern.rounds', allowed: 'at most 10000' }]);
});

test('JSON with tabs, comments-free, is read and located as well', () => {
  const text =
    '{\n\t"site": "lab",\n\t"placement": {"h1": ["g1"], "h.2": []},\n\t"pattern": {"kind": "staircase", "target": "h3", "upTo": 1, "every": 10}\n}\n';
  expect(parseSpec(text, 'a.json')).toMatchObject({
    ok: false,
    problems: [{ path: 'pattern.target', line: 4, column: 45 }],
  });
  expect(parseSpec(text.replace('h3', 'h.2'), 'a.json')).toMatchObject({ ok: true });
});

test.each([
  ['a syntax error', 'site: [lab\n'],
  ['a key twice', 'site: a\nsite: b\n'],
  [
    'an alias bomb',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f']
      .map(
        (key, index) =>
          `${key}: &${key} [${Array(10)
            .fill(`*${'abcdef'[index] ?? 'a'}`)
            .join(',')}]`,
      )
      .join('\n')}\n`,
  ],
  ['an unknown alias', 'site: *x\n'],
  ['deep nesting', '['.repeat(50_000)],
  ['nothing', ''],
  ['several documents', 'site: a\n---\nsite: b\n'],
])('reads %s without a crash', (_, text) => {
  const parsed = parseSpec(text, 'a.yaml');
  expect(parsed).toMatchObject({ ok: false });
});

test('names from the prototype chain are names like others', () => {
  const spec = {
    site: 'lab',
    placement: { constructor: ['toString'], valueOf: [] },
    pattern: { kind: 'staircase', target: 'valueOf', upTo: 1, every: 1 },
  };
  expect(validateSpec(spec)).toMatchObject({ ok: true, spec: { load: { toString: { dirty: null } } } });
  expect(problemsOf({ ...base, pattern: { ...staircase, target: 'constructor' } })).toMatchObject([
    { path: 'pattern.target' },
  ]);
});

test('a spec of 10,000 actions is checked in less than three seconds', () => {
  const actions = Array.from({ length: 10_000 }, (_, index) => ({
    migrate: 'g1',
    to: index % 2 === 0 ? 'h2' : 'h1',
    after: index === 0 ? undefined : 'previous',
    at: index === 0 ? 0 : undefined,
  }));
  // Processor time: what the machine does beside this is not the reader's.
  const before = process.cpuUsage().user;
  expect(validateSpec(listOf(...actions))).toMatchObject({ ok: true });
  expect(process.cpuUsage().user - before).toBeLessThan(3_000_000);
});

test('any JSON is either a spec or a list of problems', () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(placement, staircase, [{ migrate: 'g1', to: 'h2', at: 0 }], 'h1:g1\n1 end'),
  );
  const spec = fc.record(
    {
      site: part,
      placement: part,
      pattern: part,
      actions: part,
      script: part,
      load: part,
      measure: part,
      options: part,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(spec, fc.jsonValue()), (value) => {
      const checked = validateSpec(value);
      expect(checked.ok || (checked.problems.length > 0 && formatProblems(checked.problems) !== '')).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('thousands of problems stay readable, and fit into workflow history', () => {
  const actions = Array.from({ length: 10_000 }, () => ({ migrate: 'x'.repeat(70), to: 'y', at: 0 }));
  const problems = problemsOf({ site: 'lab', placement, actions, ['z'.repeat(100_000)]: 1 });
  expect(problems).toHaveLength(201);
  expect(problems.at(-1)?.message).toMatch(/^\d+ more problems are not shown/);
  expect(JSON.stringify(problems).length).toBeLessThan(200_000);
});

test('any text is either a spec or a list of problems', () => {
  const token = fc.constantFrom(
    'site',
    ': ',
    'lab',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
    '*a',
    '"',
    '|',
    '#',
    '\t',
    '?',
    '!!x ',
    'placement',
    'h1',
    '1',
    '---\n',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(token).map((tokens) => tokens.join('')),
      ),
      (text) => {
        const parsed = parseSpec(text, 'a.yaml');
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
