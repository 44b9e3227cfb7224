import { printable } from '../plan/printable';
import type { Problem } from './problems';

const MOST_PROBLEMS = 200;

/**
 * The first problems of a list, none of them endless or with characters that a terminal would obey: a failure that carries
 * them must fit into workflow history.
 */
export function limitProblems(problems: readonly Problem[]): readonly Problem[] {
  const first = problems.slice(0, MOST_PROBLEMS).map(shorten);
  const rest = problems.length - first.length;
  return rest === 0
    ? first
    : [...first, { path: '', message: `${rest} more problems are not shown; mend these first` }];
}

function shorten(problem: Problem): Problem {
  const entries = Object.entries(problem).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'string' ? printable(value) : value,
  ]);
  return Object.fromEntries(entries) as Problem;
}
