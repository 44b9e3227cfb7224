import { z } from 'zod';
import { didYouMean, type Problem } from './problems';
import { specSchema } from './spec-schema';

/** Turns zod's issues into problems that say what was found, what is allowed and which name was probably meant. */
export function shapeProblems(error: z.ZodError, value: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, value));
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): readonly Problem[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeys(issue.path, value);
    return issue.keys.map((key) => {
      const hint = didYouMean(key, allowed);
      const list = allowed.length > 0 ? `; allowed: ${allowed.join(', ')}` : '';
      return { path: formatPath([...issue.path, key]), message: `is no field here${hint}${list}` };
    });
  }
  const found = lookUp(value, issue.path);
  const shown = found === undefined ? 'nothing was given' : `found ${JSON.stringify(found)?.slice(0, 80) ?? typeof found}`;
  if (issue.code === 'invalid_value' || (issue.code === 'invalid_union' && issue.discriminator !== undefined)) {
    const allowed = 'values' in issue ? issue.values.map(String) : patternKinds();
    return [{ path, message: `${shown}; allowed: ${allowed.join(', ')}${typeof found === 'string' ? didYouMean(found, allowed) : ''}` }];
  }
  return [{ path, message: `${issue.message} (${shown})` }];
}

/** `a.b[2].c`, as in the document. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${String(key)}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);
}

function patternKinds(): readonly string[] {
  return ['staircase'];
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  const?: unknown;
}

/** Names of the fields that may stand at a path, read from the published schema. */
function allowedKeys(path: readonly PropertyKey[], value: unknown): readonly string[] {
  let schema: JsonSchema | undefined = z.toJSONSchema(specSchema, { io: 'input' }) as JsonSchema;
  let at = value;
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
    schema = typeof key === 'number' ? schema.items : (schema.properties?.[String(key)] ?? additional(schema));
    const options: JsonSchema[] | undefined = schema?.oneOf ?? schema?.anyOf;
    if (options !== undefined) schema = options.find((option) => isKind(option, at)) ?? options[0];
    if (schema === undefined) return [];
  }
  return Object.keys(schema.properties ?? {});
}

function additional(schema: JsonSchema): JsonSchema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function isKind(schema: JsonSchema, value: unknown): boolean {
  const kind = schema.properties?.['kind']?.const;
  return kind !== undefined && typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === kind;
}
