import { parseLocated } from './parse-document';
import type { Problem } from './problems';
import { validateSpec, type Validated } from './validate-spec';

/** Parses and checks the text of a spec file. @returns the raw value as well, which is what the workflow is given */
export function parseSpec(text: string, file: string): Validated & { readonly raw?: unknown } {
  const parsed = parseLocated(text, file);
  if (!parsed.ok) return parsed;
  const { value, locate } = parsed.document;
  const validated = validateSpec(value);
  return validated.ok ? { ...validated, raw: value } : { ok: false, problems: locate(validated.problems) as Problem[] };
}
