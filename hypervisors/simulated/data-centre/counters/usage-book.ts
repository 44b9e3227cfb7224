import { flowOf, type Flow } from '../model/flow';
import type { State, UsageEntry } from '../state/state';
import { usageOf, type Usage } from './usage';

/** What an entity had used, and its states, at a moment. */
export interface UsedAt {
  readonly totals: readonly number[];
  readonly gauges: readonly number[];
}

/** How far back the book goes, ms. */
export const KEPT_MS = 3_600_000;

/** Notes what is used from the state's clock on; called before time passes. The book is part of the state, so that it outlives the process. */
export function noteUsage(state: State, flow: Flow): void {
  for (const [key, usage] of usageOf(state, flow)) {
    const entries = state.usage.get(key) ?? [];
    const next = entryAfter(entries.at(-1), usage, state.clockMs);
    if (next === null) continue;
    entries.push(next);
    // The entry in force an hour ago is still needed.
    while ((entries[1]?.atMs ?? Infinity) <= state.clockMs - KEPT_MS) entries.shift();
    state.usage.set(key, entries);
  }
}

/** Looks up what entities used until now; changes nothing. @returns for each moment (rising, none before the data centre was made); null: no such entity */
export function openUsage(state: State): (key: string, moments: readonly number[]) => readonly UsedAt[] | null {
  const now = usageOf(state, flowOf(state));
  return (key, moments) => {
    const usage = now.get(key);
    if (usage === undefined) return null;
    const noted = state.usage.get(key) ?? [];
    const next = entryAfter(noted.at(-1), usage, state.clockMs);
    const entries = next === null ? noted : [...noted, next];
    let index = 0;
    return moments.map((atMs) => {
      while ((entries[index + 1]?.atMs ?? Infinity) <= atMs) index += 1;
      const entry = entries[index];
      if (entry === undefined) throw new Error(`the book of ${key} is empty`);
      return { totals: totalsAt(entry, atMs), gauges: entry.gauges };
    });
  };
}

/** null: nothing has changed. */
function entryAfter(last: UsageEntry | undefined, usage: Usage, atMs: number): UsageEntry | null {
  if (last === undefined) return { ...usage, atMs, totals: usage.paces.map(() => 0) };
  if (isEqual(last.paces, usage.paces) && isEqual(last.gauges, usage.gauges)) return null;
  return { ...usage, atMs, totals: totalsAt(last, atMs) };
}

function totalsAt({ atMs, totals, paces }: UsageEntry, laterMs: number): readonly number[] {
  return totals.map((total, index) => total + (paces[index] ?? 0) * (laterMs - atMs));
}

function isEqual(one: readonly number[], two: readonly number[]): boolean {
  return one.length === two.length && one.every((value, index) => value === two[index]);
}
