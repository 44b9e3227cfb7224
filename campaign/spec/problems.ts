import { closest, distance } from 'fastest-levenshtein';

/** One thing wrong with a spec, script or site file. */
export interface Problem {
  /** Where in the document, e.g. `pattern.upTo`; empty for the document itself. */
  readonly path: string;
  /** What is wrong, what was found and what is allowed. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One line a problem: `file:line:column: path: message`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ path, message, file, line, column }) => {
      const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
      return [place, path, message].filter((part) => part !== '').join(': ');
    })
    .join('\n');
}

/** ` (did you mean "x"?)` if a name is close to an allowed one, else nothing. */
export function didYouMean(found: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return '';
  const nearest = closest(found, [...allowed]);
  return distance(found, nearest) <= Math.max(1, Math.floor(nearest.length / 3)) ? ` (did you mean "${nearest}"?)` : '';
}
