import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { quote } from '../../remote/quote';

const withoutNul = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
const nasty = fc.string({
  unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', ' ', '*', '~', '-', '=', 'a', ';', '&', '|'),
  maxLength: 20,
});

describe('quote', () => {
  test.each([
    [['virsh', 'list', '--all'], 'virsh list --all'],
    [['a b'], "'a b'"],
    [["it's"], String.raw`'it'\''s'`],
    [[''], "''"],
    [['A=b', 'x'], 'A=b x'],
    [['=ls'], "'=ls'"],
    [['~root'], "'~root'"],
  ])('%j becomes %s', (args, expected) => {
    // A first word with `=` would be an assignment; drover's first words are programs, which quote cannot know.
    expect(quote(args)).toBe(expected);
  });

  test('what a real sh receives is what was given', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(withoutNul, nasty), { minLength: 1, maxLength: 5 }), (args) => {
        const script = `for a in ${quote(args)}; do printf '%s\\0' "$a"; done`;
        const received = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(received).toEqual(args);
      }),
      { numRuns: 60 },
    );
  });

  test('a NUL is refused', () => {
    expect(() => quote(['a\0b'])).toThrow(/NUL/);
  });
});
