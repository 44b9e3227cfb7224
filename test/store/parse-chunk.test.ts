import { parseChunk } from '../../store/read-rows';
import { readingsOfChunk } from '../../store/sample-chunk';
import { actionRow } from './rows';

const chunk = (...rows: readonly unknown[]): string =>
  [{ rows: rows.length }, ...rows].map((row) => `${JSON.stringify(row)}\n`).join('');

test('a time that no calendar has is refused: the tables could not be written with it', () => {
  const { rows, problems } = parseChunk('actions', chunk(actionRow('a1'), actionRow('a2', { due: 1e300 })));
  expect(rows).toHaveLength(1);
  expect(problems[0]).toBe('line 3: due is 1e+300, which is not null or time');
});

test.each([
  ['a long text', 'x'.repeat(1_000_000), /^line 2: due is "x{50,60}\.\.\., which/],
  ['control characters', '\u001B[2J', /^line 2: due is "\\u001b\[2J", which/],
  ['a list', [[1]], /^line 2: due is a list, which/],
])('%s in a cell is told in few words', (_, due, sentence) => {
  const { problems } = parseChunk('actions', chunk({ ...actionRow('a1'), due }));
  expect(problems[0]).toMatch(sentence);
});

test('endless lists in a cell are told, not fallen over', () => {
  const line = JSON.stringify(actionRow('a1', { vm: 'X' })).replace('"X"', '['.repeat(100_000) + ']'.repeat(100_000));
  expect(parseChunk('actions', `{"rows":1}\n${line}\n`).problems).toEqual([
    'line 2: vm is a list, which is not null or text',
  ]);
});

test('of many damaged lines the first are told', () => {
  const { problems } = parseChunk('actions', `{"rows":5000}\n${'x\n'.repeat(5_000)}`);
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toBe('4980 more problems');
});

test.each([
  ['names that are no list', '{"set":0,"names":5}'],
  ['a name that is nothing', '{"set":0,"names":[null]}'],
  ['values that are a text', '{"set":0,"names":[["a","","","gauge"]]}\n{"reading":0,"values":"x"}'],
  ['a reading of nobody', '{"set":0,"names":[]}\n{"reading":0,"values":[]}'],
])('a chunk of samples with %s has no readings', (_, text) => {
  expect(readingsOfChunk(text)).toEqual([]);
});
