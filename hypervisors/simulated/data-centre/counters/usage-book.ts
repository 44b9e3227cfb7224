import { flowOf, type Flow } from '../model/flow';
import type { State, UsageEntry } from '../state/state';
import { HISTORY_MS } from '../../wire';
import { usageOf, type Usage } from './usage';

/** Notes what is used from the state's clock on; called before time passes. The book is part of the state, so that it outlives the process. */
export function noteUsage(state: State, flow: Flow): void {
  const { noted } = state;
  const hosts = new Set([...state.running].flatMap(({ from, to }) => [from, to]));
  const leases = [...state.leases.values()].filter(({ expiresAtMs }) => expiresAtMs > state.clockMs);
  // Loads are anywhere; migrations change what their hosts use, and the VMs there, and nothing else.
  const isWhole = leases.length !== noted?.leases.length || leases.some((lease, n) => lease !== noted.leases[n]);
  const isWanted = (host: string): boolean => isWhole || hosts.has(host) || noted.hosts.has(host);
  state.noted = { hosts, leases };
  for (const [key, usage] of usageOf(state, flow, isWanted)) {
    const entries = state.usage.get(key) ?? [];
    const next = entryAfter(entries.at(-1), usage, state.clockMs);
    if (next === null) continue;
    entries.push(next);
    // The entry in force an hour ago is still needed.
    while ((entries[1]?.atMs ?? Infinity) <= state.clockMs - HISTORY_MS) entries.shift();
    state.usage.set(key, entries);
  }
}

/** Looks up what entities used until now; changes nothing. @returns an entry for each moment (rising, none before the data centre was made); null: no such entity */
export function openUsage(state: State): (key: string, moments: readonly number[]) => readonly UsageEntry[] | null {
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
      return advanced(entry, entry, atMs);
    });
  };
}

/** null: nothing has changed. */
function entryAfter(last: UsageEntry | undefined, usage: Usage, atMs: number): UsageEntry | null {
  if (last === undefined) return { ...usage, atMs, coreMs: 0, receivedBytes: 0, sentBytes: 0 };
  const isSame =
    last.cores === usage.cores &&
    last.usedMib === usage.usedMib &&
    last.receivedPerMs === usage.receivedPerMs &&
    last.sentPerMs === usage.sentPerMs;
  return isSame ? null : advanced(last, usage, atMs);
}

/** What had added up by a later moment, and what is used from then on. */
function advanced(before: UsageEntry, usage: Usage, atMs: number): UsageEntry {
  const { cores, receivedPerMs, sentPerMs, usedMib } = usage;
  const forMs = atMs - before.atMs;
  return {
    ...{ atMs, cores, receivedPerMs, sentPerMs, usedMib },
    coreMs: before.coreMs + before.cores * forMs,
    receivedBytes: before.receivedBytes + before.receivedPerMs * forMs,
    sentBytes: before.sentBytes + before.sentPerMs * forMs,
  };
}
