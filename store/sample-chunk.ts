import { z } from 'zod';
import type { SampleBatch, StoredCounter, StoredReading } from './sample-types';

/**
 * A block of a chunk of readings as text, one JSON value a line: a header; `set`: the names of counters, once for all
 * readings of the chunk that have the same; `reading`: the values of one entity at one tick; `note`: ticks without a
 * reading, and why.
 * @param sets - the names that the chunk has already, and their numbers; new ones are added
 */
export function sampleChunk(
  { readings, notes, collectedMs }: SampleBatch,
  { epoch, sequence }: { readonly epoch: number; readonly sequence: number },
  sets = new Map<string, number>(),
): string {
  const header = { format: 2, table: 'samples', epoch, sequence, readings: readings.length, notes: notes.length };
  const lines: string[] = [JSON.stringify(header)];
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

/** Names of counters by their numbers in one chunk. */
export type ChunkSets = Map<number, readonly StoredCounter[]>;

/**
 * The readings of a chunk's text; lines that are damaged are left out, as the tables leave them out.
 * @param sets - of what was read of the chunk before; those of this text are added
 */
export function readingsOfChunk(text: string, sets: ChunkSets = new Map()): StoredReading[] {
  return text.split('\n').flatMap((line): readonly StoredReading[] => {
    const value = parseLine(line);
    const set = setLine.safeParse(value);
    if (set.success) {
      const counters = set.data.names.map(([counter, instance, unit, kind]) => ({ counter, instance, unit, kind }));
      sets.set(set.data.set, counters);
      return [];
    }
    const reading = readingLine.safeParse(value);
    if (!reading.success) return [];
    const { kind, entity, tick, taken, mono, source, rank, provenance, values } = reading.data;
    const counters = sets.get(reading.data.reading);
    if (counters?.length !== values.length) return [];
    return [
      {
        ...{ entityKind: kind, entity, tickMs: tick, takenAtMs: taken, monotonicMs: mono },
        ...{ source, rank, provenance, counters, values },
      },
    ];
  });
}

const setLine = z.object({
  set: z.int(),
  names: z.array(z.tuple([z.string(), z.string(), z.string(), z.enum(['gauge', 'cumulative', 'unknown'])])),
});
const readingLine = z.object({
  reading: z.int(),
  kind: z.enum(['vm', 'host']),
  entity: z.string(),
  tick: z.number(),
  taken: z.number(),
  mono: z.number(),
  source: z.string(),
  rank: z.number(),
  provenance: z.enum(['hypervisor', 'observed']),
  values: z.array(z.number()),
});

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
