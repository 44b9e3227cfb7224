import type { SampleBatch, StoredCounter } from './sample-types';

/**
 * A chunk of readings as text, one JSON value a line: a header; `set`: the names of counters, once for all readings that
 * have the same; `reading`: the values of one entity at one tick; `note`: ticks without a reading, and why.
 */
export function sampleChunk(
  { readings, notes, collectedMs }: SampleBatch,
  { epoch, sequence }: { readonly epoch: number; readonly sequence: number },
): string {
  const header = { format: 1, table: 'samples', epoch, sequence, readings: readings.length, notes: notes.length };
  const lines: string[] = [JSON.stringify(header)];
  const sets = new Map<string, number>();
  const known = new Map<readonly StoredCounter[], number>();
  const setOf = (counters: readonly StoredCounter[]): number => {
    const same = known.get(counters);
    if (same !== undefined) return same;
    const names = JSON.stringify(counters.map(({ counter, instance, unit, kind }) => [counter, instance, unit, kind]));
    const set = sets.get(names) ?? sets.size;
    if (!sets.has(names)) lines.push(`{"set":${String(set)},"names":${names}}`);
    sets.set(names, set);
    known.set(counters, set);
    return set;
  };
  for (const reading of readings) {
    lines.push(
      JSON.stringify({
        reading: setOf(reading.counters),
        kind: reading.entityKind,
        entity: reading.entity,
        tick: reading.tickMs,
        taken: reading.takenAtMs,
        mono: reading.monotonicMs,
        source: reading.source,
        rank: reading.rank,
        provenance: reading.provenance,
        collected: collectedMs,
        values: reading.values,
      }),
    );
  }
  for (const { reason, source, scope, vm, fromMs, untilMs } of notes)
    lines.push(JSON.stringify({ note: reason, source, scope, entity: vm, tick: fromMs, until: untilMs }));
  return `${lines.join('\n')}\n`;
}
