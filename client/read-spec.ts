import { isScript } from '../campaign/spec/parse-script';
import { parseSpec, type ParsedSpecFile } from '../campaign/spec/parse-spec';
import { formatProblems } from '../campaign/spec/problems';
import { readTextFile } from '../campaign/spec/read-text-file';
import { CommandError, EXIT } from './exit';

/** A spec without problems. */
export type SpecFile = Extract<ParsedSpecFile, { ok: true }>;

/**
 * Reads and checks a spec, or a script in the paper's format.
 * @param site - the site of a script, which cannot name one itself; null: it does not matter
 * @throws CommandError (exit code 2) with every problem
 */
export async function readSpecFile(file: string, site?: string | null): Promise<SpecFile> {
  const read = await readTextFile(file);
  if (!read.ok) throw new CommandError(formatProblems([read.problem]), EXIT.badInput);
  const parsed = parseSpec(read.text, file, site === null ? 'any' : site);
  if (!parsed.ok) throw new CommandError(formatProblems(parsed.problems), EXIT.badInput);
  if (typeof site === 'string' && !isScript(read.text) && parsed.spec.site !== site) {
    const message = `--site is for scripts: ${file} names its site itself, ${parsed.spec.site}`;
    throw new CommandError(message, EXIT.badInput);
  }
  return parsed;
}
