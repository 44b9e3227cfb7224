import { z } from 'zod';
import { nearestName } from './nearest-name';
import { formatPath, valueAt } from './problem-path';
import type { Problem } from './problems';
import { showValue } from './show-value';

/** Names that design and documents speak of, and that a later version brings. */
const PLANNED = ['clients', 'serve', 'sweep'];
const DEEPEST = 8;

/** Checks a value against a schema. @returns the parsed value, or every problem of its shape */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(value, { error: describeAllowed });
  const left = leftOut(value);
  if (parsed.success && left.length === 0) return { ok: true, data: parsed.data };
  const fields = fieldNamesOf(schema);
  const issues = strictest(parsed.error?.issues ?? []);
  const problems = issues.flatMap((issue) => problemsOf(issue, value, fields));
  const named = new Set(problems.map(({ path }) => path));
  return { ok: false, problems: [...problems, ...left.filter(({ path }) => !named.has(path))] };
}

/** Fields that zod passes over in silence where any name may stand; nothing of a spec may get lost. */
function leftOut(value: unknown, path: readonly PropertyKey[] = []): readonly Problem[] {
  if (typeof value !== 'object' || value === null || path.length > DEEPEST) return [];
  return Object.entries(value).flatMap(([key, item]): readonly Problem[] =>
    key === '__proto__'
      ? [{ path: formatPath([...path, key]), message: 'is no valid name', found: showValue(key) }]
      : leftOut(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A number far beyond all limits breaks several; the strictest comes last and says enough. */
function strictest(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const isLimit = ({ code }: z.core.$ZodIssue): boolean => code === 'too_big' || code === 'too_small';
  const keyOf = ({ code, path }: z.core.$ZodIssue): string => `${code} ${formatPath(path)}`;
  const last = new Map(issues.filter(isLimit).map((issue) => [keyOf(issue), issue]));
  return issues.filter((issue) => !isLimit(issue) || last.get(keyOf(issue)) === issue);
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown, fields: FieldNames): readonly Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownField([...issue.path, key], value, fields));
  const path = formatPath(issue.path);
  if (issue.path.length === 0 && issue.code === 'invalid_type') return [noFields(value, fields)];
  if (issue.code === 'invalid_key') {
    const name = String(issue.path.at(-1));
    return [
      { path, message: 'is no valid name', found: showValue(name), allowed: issue.issues[0]?.message ?? issue.message },
    ];
  }
  const found = valueAt(value, issue.path);
  if (found === undefined) return [{ path, message: 'is missing', allowed: issue.message }];
  const nearest = typeof found === 'string' ? nearestName(found, choicesOf(issue)) : undefined;
  const message =
    typeof found === 'string' && PLANNED.includes(found) ? 'is planned, but not available yet' : 'is not valid';
  return [
    { path, message, found: showValue(found), allowed: issue.message, ...(nearest === undefined ? {} : { nearest }) },
  ];
}

/** The problem of a document that is empty, a list, or plain words. */
function noFields(value: unknown, fields: FieldNames): Problem {
  const allowed = `fields with values: ${fields.at([], value).join(', ')}`;
  if (value === null || value === undefined) return { path: '', message: 'is empty', allowed };
  return { path: '', message: 'is not valid', found: showValue(value), allowed };
}

function unknownField(keys: readonly PropertyKey[], value: unknown, fields: FieldNames): Problem {
  const key = String(keys.at(-1));
  const path = formatPath(keys);
  const known = fields.at(keys.slice(0, -1), value);
  const allowed = known.join(', ');
  if (PLANNED.includes(key)) return { path, message: 'is planned, but not available yet', allowed };
  const nearest = nearestName(key, known) ?? fields.sectionsWith(key)[0];
  return { path, message: 'is no field here', allowed, ...(nearest === undefined ? {} : { nearest }) };
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options as unknown[]).map(String) : [];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text (a number or date needs quotes)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields with values',
  record: 'names with values',
};

/** What may stand at the place of an issue; schemas that say it themselves come before this. */
function describeAllowed(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_union':
      return choicesOf(issue as unknown as z.core.$ZodIssue).join(', ') || undefined;
    default:
      return undefined;
  }
}

function unitOf(origin: string): string {
  return { array: ' entries', string: ' characters' }[origin] ?? '';
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> & { readonly kind?: JsonSchema };
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

const fieldNames = new WeakMap<z.ZodType, FieldNames>();

function fieldNamesOf(schema: z.ZodType): FieldNames {
  const known = fieldNames.get(schema) ?? new FieldNames(schema);
  fieldNames.set(schema, known);
  return known;
}

/** Names of fields, read from a schema's JSON Schema. */
class FieldNames {
  private readonly root: JsonSchema;

  constructor(schema: z.ZodType) {
    this.root = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  }

  /** Names of the fields that may stand at a path of a value. */
  at(keys: readonly PropertyKey[], value: unknown): readonly string[] {
    let schema: JsonSchema | undefined = this.root;
    for (const [depth, key] of keys.entries()) {
      const properties: Readonly<Record<string, JsonSchema>> = schema.properties ?? {};
      const named: JsonSchema | undefined = Object.hasOwn(properties, key) ? properties[String(key)] : undefined;
      const other: JsonSchema | undefined =
        typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      schema = typeof key === 'number' ? schema.items : (named ?? other);
      if (schema === undefined) return [];
      const kind = valueAt(value, [...keys.slice(0, depth + 1), 'kind']);
      const options: readonly JsonSchema[] | undefined = schema.oneOf ?? schema.anyOf;
      schema = options?.find(({ properties: fields }) => fields?.kind?.const === kind) ?? schema;
    }
    return Object.keys(schema.properties ?? {});
  }

  /** Paths of fields of this name that stand directly in a top-level field. */
  sectionsWith(key: string): readonly string[] {
    return Object.entries(this.root.properties ?? {}).flatMap(([section, { properties }]) =>
      Object.hasOwn(properties ?? {}, key) ? [`${section}.${key}`] : [],
    );
  }
}
