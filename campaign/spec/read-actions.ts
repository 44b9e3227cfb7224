import { actionId } from '../plan/action-id';
import type { When } from '../plan/plan';
import { formatPath } from './problem-path';
import type { Problem } from './problems';
import type { ParsedSpec } from './spec-schema';
import type { WrittenAction } from './written-action';

/** One entry of `actions` after the schema. */
export type ParsedAction = NonNullable<ParsedSpec['actions']>[number];

/**
 * Reads the entries of `actions`; null stands for one whose shape is wrong.
 * @returns those that can be understood, and what is wrong with the others
 */
export function readActions(entries: readonly (ParsedAction | null)[]): {
  readonly written: readonly WrittenAction[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const written = entries.flatMap((entry, index): readonly WrittenAction[] => {
    if (entry === null) return [];
    const where = (field: string): { path: string } => ({
      path: formatPath(['actions', index, ...(field === '' ? [] : [field])]),
    });
    const found = entryProblems(entry).map(({ field, message }) => ({ ...where(field), message }));
    problems.push(...found);
    const id = entry.id ?? actionId(index + 1);
    const when = whenOf(entry, entries[index - 1]?.id ?? actionId(index));
    if (entry.end === true) return [{ action: { id, kind: 'end', ...when }, where }];
    if (entry.migrate === undefined || entry.to === undefined) return [];
    return [{ action: { id, kind: 'migrate', vm: entry.migrate, to: entry.to, ...when }, where }];
  });
  const first = entries[0];
  if (first?.after === 'previous') problems.push({ path: 'actions[0].after', message: 'there is no previous action' });
  return { written, problems };
}

function whenOf({ at, after, pause }: ParsedAction, previous: string): When {
  return after === undefined
    ? { dueMs: at ?? 0 }
    : { after: after === 'previous' ? previous : after, pauseMs: pause ?? 0 };
}

function entryProblems({
  id,
  migrate,
  to,
  end,
  at,
  after,
  pause,
}: ParsedAction): readonly { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  if ((end === undefined) === (migrate === undefined))
    problems.push({ field: '', message: 'needs exactly one of "migrate" and "end"' });
  if (end === undefined && migrate !== undefined && to === undefined)
    problems.push({ field: 'to', message: 'is missing: the host that the VM goes to' });
  if (end !== undefined && to !== undefined) problems.push({ field: 'to', message: 'goes with "migrate" only' });
  if ((at === undefined) === (after === undefined))
    problems.push({ field: '', message: 'needs exactly one of "at" and "after"' });
  if (pause !== undefined && after === undefined) problems.push({ field: 'pause', message: 'goes with "after" only' });
  if (id === 'previous' || id?.startsWith('place-') === true)
    problems.push({ field: 'id', message: `${id} is a name of drover's own; choose another` });
  return problems;
}
