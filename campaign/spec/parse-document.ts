import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import { limitProblems } from './limit-problems';
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
    // Too many aliases, one without its anchor, or nesting beyond the stack: the parser tells no place in the text.
    return { ok: false, problems: [{ path: '', message: `cannot be read as YAML or JSON: ${reasonOf(error)}`, file }] };
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
        : { ...place, message: `is no valid YAML or JSON: ${withoutSource(message)}` };
    });
    return { ok: false, problems: limitProblems(problems) };
  }
  const locate = (problems: readonly Problem[]): readonly Problem[] =>
    inOrderOfPlace(problems.map((problem) => ({ ...problem, file, ...placeOf(document, problem, lines) })));
  const named = findOddName(document);
  if (named !== null) {
    const { line, col: column } = lines.linePos(named);
    return {
      ok: false,
      problems: [{ path: '', message: 'a name is needed here, not a list or a block', file, line, column }],
    };
  }
  const value: unknown = document.toJS();
  // The value goes on as JSON: what that cannot write is refused here.
  JSON.stringify(value);
  return { ok: true, document: { value, locate } };
}

/** Where a list or block stands as the name of something: YAML allows it, JSON does not. */
function findOddName(document: Document): number | null {
  let found: number | null = null;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isMap(key) && !isSeq(key)) return undefined;
      found = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

/** The place is enough: what stands there may be long, or a secret. */
function withoutSource(message: string): string {
  return message.replace(/: .*$/s, '');
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply';
  if (error instanceof TypeError) return 'an alias stands inside what it stands for';
  return withoutSource(error instanceof Error ? error.message : String(error));
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
