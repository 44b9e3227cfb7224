const PLAIN = /^[A-Za-z_$][\w$-]*$/;

/** Where a value stands in a document: `a.b[2]["a name.with dots"]`. */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    const name = String(key);
    if (!PLAIN.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** The keys that formatPath was given. */
export function parsePath(path: string): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (const [, index, quoted, plain] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    if (index !== undefined) keys.push(Number(index));
    else keys.push(quoted === undefined ? (plain ?? '') : (JSON.parse(quoted) as string));
  }
  return keys;
}

/** The value at a path of a plain JSON value; undefined where there is none. */
export function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
