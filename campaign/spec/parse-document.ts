import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { Problem } from './problems';

/** A parsed YAML or JSON text that knows where each of its values stands. */
export interface LocatedDocument {
  readonly value: unknown;
  /** Adds file, line and column to problems found in the value. */
  locate(problems: readonly Problem[]): readonly Problem[];
}

/** Parses YAML (JSON is a part of it). @returns the document, or its syntax errors with their places */
export function parseLocated(text: string, file: string): { ok: true; document: LocatedDocument } | { ok: false; problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos: [offset] }) => ({ path: '', message, file, line: lines.linePos(offset).line, column: lines.linePos(offset).col }));
    return { ok: false, problems };
  }
  const value: unknown = document.toJS();
  const locate = (problems: readonly Problem[]): readonly Problem[] => problems.map((problem) => ({ ...problem, file, ...placeOf(document, problem.path, lines) }));
  return { ok: true, document: { value, locate } };
}

function placeOf(document: Document, path: string, lines: LineCounter): { line: number; column: number } {
  const keys = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([text, index]) => (index === undefined ? text : Number(index)));
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) {
      const { line, col: column } = lines.linePos(node.range[0]);
      return { line, column };
    }
  }
  return { line: 1, column: 1 };
}
