import { printable } from '../plan/printable';

/** One thing wrong with a spec, script or site file. */
export interface Problem {
  /** Where in the document, e.g. `pattern.upTo`; empty for the document itself. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What stands there, shortened. */
  readonly found?: string;
  /** What may stand there. */
  readonly allowed?: string;
  /** The allowed name that was probably meant. */
  readonly nearest?: string;
  readonly file?: string;
  /** Line of the file; without a file, line of the script that stands at `path`. */
  readonly line?: number;
  readonly column?: number;
}

const LONGEST_LINE = 3_000;

/** One line a problem: `file:line:column: path: message; found x; allowed: y (did you mean z?)`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ path, message, found, allowed, nearest, file, line, column }: Problem): string {
  const place =
    file === undefined
      ? undefined
      : [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const inScript = file === undefined && line !== undefined ? `line ${line}` : undefined;
  const facts = [
    message,
    found === undefined ? undefined : `found ${found}`,
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ];
  const text =
    facts.filter((part) => part !== undefined).join('; ') +
    (nearest === undefined ? '' : ` (did you mean "${nearest}"?)`);
  const whole = [place, path, inScript, text].filter((part) => part !== undefined && part !== '').join(': ');
  return printable(whole, LONGEST_LINE);
}

/** Problems in the order of their places in the file. */
export function inOrderOfPlace(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}
