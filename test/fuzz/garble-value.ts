import fc from 'fast-check';
import { NASTY } from './garble-text';

/** A value as JSON; one that JSON cannot write (too deep) as a text that nothing can read. */
export function jsonText(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value ?? null, null, indent);
  } catch {
    return '['.repeat(20_000);
  }
}

type Key = string | number;
interface Edit {
  readonly do: 'replace' | 'remove' | 'rename' | 'copy' | 'wrap' | 'nest';
  /** Chooses one of all places of the value. */
  readonly where: number;
  readonly name: string;
  readonly value: unknown;
}

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);
/** Values of every type, many of them where numbers and texts end to be sensible. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e9, 1e15, 1e308, 2 ** 53, -1e-7, '', [], {}, [
      [],
    ]),
  },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom('5s', '1h', '1ms', '400d', 'previous', 'default', 'h1', 'g1', 'ring') },
);
const edit: fc.Arbitrary<Edit> = fc.record({
  do: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'copy', 'wrap', 'nest'),
  where: fc.nat(10_000),
  name,
  value: anyValue,
});

/** JSON values with up to so many edits: other types, names, places, depths; the given ones are never changed. */
export function garbledValue(value: fc.Arbitrary<unknown>, maxEdits = 3): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.array(edit, { maxLength: maxEdits, size: 'max' }))
    .map(([base, edits]) => edits.reduce(apply, structuredClone(base)));
}

function apply(root: unknown, change: Edit): unknown {
  const holder: Container = { root };
  const places = placesOf(holder);
  const [within, key] = places[change.where % places.length] ?? [holder, 'root'];
  const before = within[key];
  if (change.do === 'replace') set(within, key, change.value);
  if (change.do === 'wrap') set(within, key, change.where % 2 === 0 ? [before] : { [change.name]: before });
  if (change.do === 'nest') set(within, key, nested(before, 1 + (change.where % 3_000)));
  const isInside = within !== holder;
  if (change.do === 'remove' || (change.do === 'rename' && isInside)) remove(within, key);
  if ((change.do === 'rename' || change.do === 'copy') && isInside) add(within, change.name, before);
  return holder.root;
}

type Container = Record<Key, unknown>;

function placesOf(from: object): (readonly [Container, Key])[] {
  const places: (readonly [Container, Key])[] = [];
  const waiting: object[] = [from];
  for (let next = waiting.pop(); next !== undefined && places.length < 500; next = waiting.pop()) {
    for (const [key, value] of Object.entries(next)) {
      places.push([next as Container, key]);
      if (typeof value === 'object' && value !== null) waiting.push(value as object);
    }
  }
  return places;
}

/** As JSON.parse and YAML do it: `__proto__` becomes a name like any other. */
function set(within: Container, key: Key, value: unknown): void {
  Object.defineProperty(within, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(within: Container, key: Key): void {
  if (Array.isArray(within)) within.splice(Number(key), 1);
  else Reflect.deleteProperty(within, key);
}

function add(within: Container, name: string, value: unknown): void {
  if (Array.isArray(within)) within.push(value);
  else set(within, name, value);
}

function nested(value: unknown, depth: number): unknown {
  let whole = value;
  for (let level = 0; level < depth; level += 1) whole = level % 2 === 0 ? [whole] : { a: whole };
  return whole;
}
