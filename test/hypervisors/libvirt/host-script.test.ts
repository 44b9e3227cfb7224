import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parseClock, parseSections, scriptCommand } from '../../../hypervisors/libvirt/host-script';

const run = (command: string): string => execFileSync('sh', ['-c', command], { encoding: 'utf8' });

test('a script gets its arguments as they are, whatever is in them', () => {
  const argument = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/[\0\n\r\uD800-\uDFFF]/.test(text));
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1, maxLength: 4 }), (args) => {
      const output = run(scriptCommand('for a in "$@"; do s arg; printf %s "$a"; done', args));
      expect(output.split('\u001Earg\n').slice(1)).toEqual(args);
    }),
    { numRuns: 30 },
  );
});

test('sections come back by name, and the clock is readable', () => {
  const sections = parseSections(run(scriptCommand('s clock; now; s two; echo a; echo b; s empty', [])));
  expect(sections.get('two')).toBe('a\nb\n');
  expect(sections.get('empty')).toBe('');
  const clock = parseClock(sections.get('clock'));
  expect(Math.abs((clock ?? Number.NaN) - Date.now())).toBeLessThan(60_000);
});

test.each([
  ['1764000000.123456\n', 1_764_000_000_123.456],
  ['1764000000.123456789', 1_764_000_000_123.457],
  ['1764000000,5', 1_764_000_000_500],
  ['1764000000.%N', 1_764_000_000_000],
  ['date: invalid', null],
  ['', null],
  [undefined, null],
])('the clock %j', (text, expected) => {
  const parsed = parseClock(text);
  expect(parsed === null ? null : Math.round(parsed * 1e3)).toBe(expected === null ? null : Math.round(expected * 1e3));
});

test('never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseSections(text).size).toBeGreaterThanOrEqual(0);
      const clock = parseClock(text);
      expect(clock === null || Number.isFinite(clock)).toBe(true);
    }),
  );
});
