import type { CounterEntity, Counters, SampleAnswer, SampleHarvest, SampleNote, SampleRequest } from './counter-types';

/** Bounds the size of one answer; the rest is asked for at once. */
const READINGS_AT_ONCE = 2_000;

/** Collects from a hypervisor that keeps its counters: everything since the last tick, back-filled after an outage. */
export function createHistorySampler(counters: Counters): {
  sources(): readonly string[];
  collect(request: SampleRequest): Promise<SampleHarvest>;
} {
  return {
    sources: () => [counters.source],
    collect: async ({ cursor, entities, everyMs, fromMs }) => {
      const nextMs = cursor === null ? fromMs : Number(cursor) + everyMs;
      const ticks = Math.max(1, Math.floor(READINGS_AT_ONCE / Math.max(1, entities.length)));
      const untilMs = nextMs + (ticks - 1) * everyMs;
      const answer = await counters.samples({ entities, everyMs, fromMs: nextMs, untilMs });
      const lastMs = Math.min(untilMs, Math.floor(answer.settledMs / everyMs) * everyMs);
      if (lastMs < nextMs)
        return {
          readings: [],
          notes: [],
          cursor: String(nextMs - everyMs),
          more: false,
          lastTickMs: cursor === null ? null : nextMs - everyMs,
        };
      return {
        // What is not settled yet is asked for again.
        readings: answer.readings.filter(({ tickMs }) => tickMs <= lastMs),
        notes: missing(counters, { entities, everyMs, nextMs, lastMs }, answer),
        cursor: String(lastMs),
        more: lastMs === untilMs,
        lastTickMs: lastMs,
      };
    },
  };
}

interface Asked {
  readonly entities: readonly CounterEntity[];
  readonly everyMs: number;
  readonly nextMs: number;
  readonly lastMs: number;
}

function missing(
  { source, historyMs }: Counters,
  { entities, everyMs, nextMs, lastMs }: Asked,
  { readings, keptFromMs }: SampleAnswer,
): SampleNote[] {
  const firstMs = Math.max(nextMs, Math.min(lastMs + everyMs, Math.ceil(keptFromMs / everyMs) * everyMs));
  const kept = `${String(Math.round(historyMs / 60_000))} minutes`;
  const reason = `the ${source} keeps its counters for ${kept} only and was not asked in that time`;
  const notes: SampleNote[] =
    firstMs > nextMs ? [{ source, scope: 'all', vm: null, fromMs: nextMs, untilMs: firstMs - everyMs, reason }] : [];
  const there = new Set(readings.map(({ entityKind, entity, tickMs }) => `${entityKind} ${entity} ${String(tickMs)}`));
  for (const { kind, name } of entities) {
    const of =
      kind === 'vm'
        ? ({ source, scope: 'vm', vm: name } as const)
        : ({ source: name, scope: 'all', vm: null } as const);
    for (let tick = firstMs; tick <= lastMs; tick += everyMs) {
      if (there.has(`${kind} ${name} ${String(tick)}`)) continue;
      notes.push({
        ...of,
        fromMs: tick,
        untilMs: tick,
        reason: `the ${source} has no counters of ${kind} ${name} then`,
      });
    }
  }
  return notes;
}
