import type { SampledEntity, StoredNote, TickRange } from './sample-types';
import type { LedgerRow } from './types';

/** What is known of one entity at one tick. */
export interface LedgerReading {
  readonly source: string;
  readonly counters: number;
  readonly collectedMs: number;
}

/** How long after two ticks the regular collection may still take; what comes later was back-filled. */
export const COLLECTED_WITHIN_MS = 10_000;

/** The ledger of one entity: exactly one row for each tick of the range, in order. */
export function* ledgerOf(
  entity: SampledEntity,
  range: TickRange,
  readings: ReadonlyMap<number, LedgerReading>,
  notes: readonly StoredNote[],
): Generator<Omit<LedgerRow, 'campaign'>> {
  const { everyMs } = range;
  let lastSource: string | null = null;
  for (const tick of ticksOf(range)) {
    const reading = readings.get(tick);
    const of = { entity_kind: entity.kind, entity: entity.name, tick };
    if (reading === undefined) {
      const reason = reasonOf(entity, tick, lastSource, notes);
      yield { ...of, state: 'gap', source: null, counters: null, collected: null, reason };
      continue;
    }
    const { source, counters, collectedMs } = reading;
    lastSource = source;
    const late = collectedMs - tick > 2 * everyMs + COLLECTED_WITHIN_MS;
    yield { ...of, state: late ? 'back-filled' : 'value', source, counters, collected: collectedMs, reason: null };
  }
}

/** The ticks of a range; none if it ends before it begins. */
export function* ticksOf({ fromMs, untilMs, everyMs }: TickRange): Generator<number> {
  for (let tick = fromMs; tick <= untilMs; tick += everyMs) yield tick;
}

/** Joins notes that say the same of ticks that follow each other. */
export function mergeNotes(notes: readonly StoredNote[], everyMs: number): StoredNote[] {
  const merged = new Map<string, StoredNote[]>();
  for (const note of [...notes].sort((a, b) => a.fromMs - b.fromMs)) {
    const key = JSON.stringify([note.source, note.scope, note.vm, note.reason]);
    const same = merged.get(key) ?? [];
    const last = same.at(-1);
    if (last !== undefined && note.fromMs <= last.untilMs + everyMs)
      same[same.length - 1] = { ...last, untilMs: Math.max(last.untilMs, note.untilMs) };
    else same.push(note);
    merged.set(key, same);
  }
  return [...merged.values()].flat();
}

function reasonOf(
  { kind, name }: SampledEntity,
  tick: number,
  lastSource: string | null,
  notes: readonly StoredNote[],
): string {
  const now = notes.filter(({ fromMs, untilMs }) => fromMs <= tick && tick <= untilMs);
  const whole = now.filter(({ scope }) => scope === 'all');
  if (kind === 'host')
    return (
      whole.find(({ source }) => source === name)?.reason ?? whole[0]?.reason ?? `${name} has no reading of this tick`
    );
  const own = now.find(({ scope, vm }) => scope === 'vm' && vm === name);
  const ofHosts = now.filter(({ scope }) => scope !== 'vm');
  const note = own ?? ofHosts.find(({ source }) => source === lastSource) ?? ofHosts[0];
  return note?.reason ?? 'no host showed the VM as running';
}
