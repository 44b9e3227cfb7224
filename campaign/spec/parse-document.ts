import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import { parsePath } from './problem-path';
import { inOrderOfPlace, type Problem } from './problems';

/** A parsed YAML or JSON text that knows where each of its values stands. */
export interface LocatedDocument {
  readonly value: unknown;
  /** Adds file, line and column to problems found in the value. */
  readonly locate: (problems: readonly Problem[]) => readonly Problem[];
}

/** A document, or the syntax errors of its text with their places. */
export type ParsedDocument =
  | { readonly ok: true; readonly document: LocatedDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses YAML (JSON is a part of it). */
export function parseLocated(text: string, file: string): ParsedDocument {
  try {
    return parseOrThrow(text, file);
  } catch (error) {
    // Too many aliases, or nesting beyond the stack: neither is a place in the text.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ path: '', message: `cannot be read as YAML or JSON: ${reason}`, file }] };
  }
}

function parseOrThrow(text: string, file: string): ParsedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, message, pos: [offset] }) => {
      const { line, col: column } = lines.linePos(offset);
      const place = { path: '', file, line, column };
      const name = /^[^:\n]*/.exec(text.slice(offset))?.[0].trim() ?? '';
      return code === 'DUPLICATE_KEY'
        ? { ...place, message: `${name} is given twice; each name may stand once in its block` }
        : { ...place, message: `is no valid YAML or JSON: ${message}` };
    });
    return { ok: false, problems };
  }
  const locate = (problems: readonly Problem[]): readonly Problem[] =>
    inOrderOfPlace(problems.map((problem) => ({ ...problem, file, ...placeOf(document, problem, lines) })));
  return { ok: true, document: { value: document.toJS(), locate } };
}

function placeOf(document: Document, problem: Problem, lines: LineCounter): { line: number; column: number } {
  let node: Node | null = document.contents;
  let place: Node | null = node;
  for (const key of parsePath(problem.path)) {
    const step = stepInto(node, key, document);
    if (step === undefined) break;
    node = step.value;
    // A whole block is named by its key: it begins a line further down.
    place = step.value === null || isMap(step.value) || isSeq(step.value) ? step.key : step.value;
  }
  const { line, col: column } = lines.linePos(place?.range?.[0] ?? 0);
  if (problem.line === undefined) return { line: Math.max(1, line), column: Math.max(1, column) };
  const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
  return isBlock ? { line: line + problem.line, column: 1 } : { line, column };
}

function stepInto(
  from: Node | null,
  key: string | number,
  document: Document,
): { key: Node; value: Node | null } | undefined {
  const node = from !== null && isAlias(from) ? resolveAlias(from, document) : from;
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((entry) => isScalar(entry.key) && String(entry.key.value) === String(key));
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

function resolveAlias(alias: Alias, document: Document): Node | null {
  return alias.resolve(document) ?? null;
}
