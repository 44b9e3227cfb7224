import fc from 'fast-check';

/** Pieces that have broken readers before: control characters, marks of YAML and JSON, names of prototypes, numbers. */
export const NASTY: readonly string[] = [
  ...['\0', '\u0007', '\u001B[31m', '\u009B2J', '\u007F', '\r', '\t', '\n', '\r\n', '\u2028', '\u202E', '\uFEFF'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'prototype', 'length', 'then'],
  ...[
    '1e999',
    '-1',
    '-0',
    '9'.repeat(400),
    '0x1F',
    '1_000',
    '.inf',
    '.nan',
    'NaN',
    'Infinity',
    'null',
    '~',
    'true',
    '0.1e-9',
  ],
  ...[
    '&a ',
    '*a',
    '&a [*a]',
    '<<: *a\n',
    '%YAML 1.1\n---\n',
    '---\n',
    '...\n',
    '!!binary ',
    '!!set ',
    '!!timestamp ',
    '!x ',
  ],
  ...['? ', '#', ':', ': ', ',', '- ', '{', '}', '[', ']', '"', "'", '|', '>', '\\', '\\u0000', '"\\uD800"', '\uD800'],
  ...[
    'é',
    'e\u0301',
    '💥',
    '\u00A0',
    '<',
    '>',
    '&amp;',
    '&x;',
    '<!--',
    '<![CDATA[',
    '<!DOCTYPE a [<!ENTITY x "y">]>',
    '<?xml',
  ],
  ...['==', '=', ' ', '/', '../', '$(x)', '`x`', '%s%n', "' OR 1=1 --", '\u001E', '\n\n\n', '   '],
];

type Edit =
  | { readonly do: 'insert' | 'stretch'; readonly at: number; readonly piece: string; readonly times: number }
  | {
      readonly do: 'cut' | 'repeat' | 'cut-lines' | 'repeat-lines' | 'move-line' | 'indent';
      readonly at: number;
      readonly much: number;
    }
  | { readonly do: 'flip'; readonly at: number; readonly code: number }
  | { readonly do: 'truncate'; readonly at: number }
  | { readonly do: 'crlf' | 'tabs' | 'bom' | 'no-newlines' };

const LONGEST = 120_000;

const at = fc.double({ min: 0, max: 1, noNaN: true });
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('insert' as const), at, piece, times: fc.constant(1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'cut' as const,
        'repeat' as const,
        'cut-lines' as const,
        'repeat-lines' as const,
        'move-line' as const,
        'indent' as const,
      ),
      at,
      much: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('flip' as const), at, code: fc.integer({ min: 0, max: 0x1ff }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('truncate' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('crlf' as const, 'tabs' as const, 'bom' as const, 'no-newlines' as const),
    }),
  },
);
// Rare, as each costs as much as a thousand others.
const stretch: fc.Arbitrary<Edit> = fc.record({
  do: fc.constant('stretch' as const),
  at,
  piece: fc.oneof(piece, fc.constantFrom(' ', '\n', '[', '{"a":', 'a: ', '- ', '<a>', 'a', '1', '*a,', '\u001B', "'")),
  times: fc.integer({ min: 1_000, max: 60_000 }),
});

/** Texts with up to so many edits; often none. @param longPerMille - of how many of 1000 cases become long */
export function garbledText(text: fc.Arbitrary<string>, longPerMille = 4): fc.Arbitrary<string> {
  const few = fc.array(edit, { maxLength: 4, size: 'max' });
  const edits = fc.oneof(
    { weight: 1_000 - longPerMille, arbitrary: few },
    { weight: longPerMille, arbitrary: fc.tuple(few, stretch).map(([some, long]) => [...some, long]) },
  );
  return fc.tuple(text, edits).map(([base, all]) => all.reduce(apply, base));
}

/** Bytes with some of them changed, cut off, doubled or put in. */
export function garbledBytes(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at,
    cut: fc.integer({ min: 0, max: 70 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...NASTY).map((text) => Buffer.from(text)),
    ),
  });
  const flip = fc.record({ at, cut: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 1 }) });
  const end = fc.record({ at, cut: fc.constant(Infinity), put: fc.constant(new Uint8Array()) });
  const changes = fc.array(fc.oneof({ weight: 3, arbitrary: flip }, { weight: 2, arbitrary: change }, end), {
    maxLength: 4,
  });
  return fc.tuple(bytes, changes).map(([base, all]) =>
    all.reduce((from, { at: where, cut, put }) => {
      const index = Math.floor(where * from.length);
      return Buffer.concat([from.subarray(0, index), put, from.subarray(Math.min(from.length, index + cut))]);
    }, base),
  );
}

function apply(text: string, change: Edit): string {
  switch (change.do) {
    case 'insert':
    case 'stretch':
      return splice(
        text,
        change.at,
        0,
        change.piece.repeat(Math.min(change.times, Math.ceil(LONGEST / change.piece.length))),
      );
    case 'cut':
      return splice(text, change.at, change.much, '');
    case 'repeat':
      return splice(text, change.at, 0, text.slice(indexOf(text, change.at)).slice(0, change.much));
    case 'flip':
      return splice(text, change.at, 1, String.fromCharCode(change.code));
    case 'truncate':
      return text.slice(0, indexOf(text, change.at));
    case 'crlf':
      return text.replaceAll('\n', '\r\n');
    case 'tabs':
      return text.replaceAll('  ', '\t');
    case 'bom':
      return `\uFEFF${text}`;
    case 'no-newlines':
      return text.replaceAll('\n', ' ');
    case 'cut-lines':
    case 'repeat-lines':
    case 'move-line':
    case 'indent':
      return editLines(text.split('\n'), change.do, change.at, change.much).join('\n');
  }
}

function editLines(lines: string[], what: string, where: number, much: number): string[] {
  const index = Math.min(lines.length - 1, Math.floor(where * lines.length));
  const some = lines.slice(index, index + much);
  if (what === 'cut-lines') return lines.toSpliced(index, much);
  if (what === 'repeat-lines') return lines.toSpliced(index, 0, ...some);
  if (what === 'indent') return lines.with(index, ' '.repeat(much) + (lines[index] ?? ''));
  return lines.toSpliced(index, 1).toSpliced((index + much) % Math.max(1, lines.length), 0, lines[index] ?? '');
}

function indexOf(text: string, where: number): number {
  return Math.floor(where * text.length);
}

function splice(text: string, where: number, cut: number, put: string): string {
  const index = indexOf(text, where);
  return text.slice(0, index) + put + text.slice(index + cut);
}
