import { parseLocated } from './parse-document';
import { isScript } from './parse-script';
import { inOrderOfPlace, type Problem } from './problems';
import { validateSpec, type Validated } from './validate-spec';

/** The text of a spec file after all checks; `raw` is the value that the workflow is given. */
export type ParsedSpecFile =
  (Extract<Validated, { ok: true }> & { readonly raw: unknown }) | Extract<Validated, { ok: false }>;

/**
 * Parses and checks the text of a spec file, YAML or JSON, or of a script in the paper's format.
 * @param file - how problems name it
 * @param site - the site of a script, which cannot name one itself
 */
export function parseSpec(text: string, file: string, site?: string): ParsedSpecFile {
  if (isScript(text)) return parseScriptFile(text, file, site);
  const parsed = parseLocated(text, file);
  if (!parsed.ok) return parsed;
  const { value, locate } = parsed.document;
  const validated = validateSpec(value);
  return validated.ok ? { ...validated, raw: value } : { ok: false, problems: locate(validated.problems) };
}

function parseScriptFile(text: string, file: string, site: string | undefined): ParsedSpecFile {
  const raw = { site: site ?? 'unknown', script: text };
  const validated = validateSpec(raw);
  const inFile = validated.ok
    ? []
    : validated.problems.map((problem): Problem =>
        problem.path === 'script' ? { ...problem, path: '', file } : problem,
      );
  const missing: Problem = { path: '', message: 'is a script, which names no site; name it with --site', file };
  const problems = inOrderOfPlace(site === undefined ? [missing, ...inFile] : inFile);
  return validated.ok && problems.length === 0 ? { ...validated, raw } : { ok: false, problems };
}
