import type { SampleBatch, StoredCounter, StoredReading } from './sample-types';

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

/** The readings of a chunk's text; lines that are damaged are left out, as the tables leave them out. */
export function readingsOfChunk(text: string): StoredReading[] {
  const sets = new Map<number, readonly StoredCounter[]>();
  return text.split('\n').flatMap((line) => {
    const value = parseLine(line);
    if (value === null) return [];
    if (value.set !== undefined && value.names !== undefined) {
      const counters = value.names.map(([counter = '', instance = '', unit = '', kind = 'unknown']) => ({
        ...{ counter, instance, unit },
        kind: kind as StoredCounter['kind'],
      }));
      sets.set(value.set, counters);
      return [];
    }
    const counters = value.reading === undefined ? undefined : sets.get(value.reading);
    if (counters?.length !== value.values?.length || counters === undefined) return [];
    const { kind, entity, tick, taken, mono, source, rank, provenance, values } = value as WrittenReading;
    return [
      {
        ...{ entityKind: kind, entity, tickMs: tick, takenAtMs: taken, monotonicMs: mono },
        ...{ source, rank, provenance, counters, values },
      },
    ];
  });
}

interface WrittenReading {
  readonly reading: number;
  readonly kind: StoredReading['entityKind'];
  readonly entity: string;
  readonly tick: number;
  readonly taken: number;
  readonly mono: number;
  readonly source: string;
  readonly rank: number;
  readonly provenance: StoredReading['provenance'];
  readonly values: readonly number[];
}

type Line = Partial<WrittenReading> & { readonly set?: number; readonly names?: readonly (readonly string[])[] };

function parseLine(line: string): Line | null {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
