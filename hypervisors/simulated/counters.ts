import type { CounterReading, Counters } from '../counter-types';
import type { DataCentreClient } from './data-centre-client';
import { HISTORY_MS, type WireSamples } from './wire';

const SOURCE = 'data centre';

/** The counters that a simulated data centre keeps. */
export function createSimulatedCounters(client: DataCentreClient): Counters {
  return {
    source: SOURCE,
    historyMs: HISTORY_MS,
    catalogue: () => client.counters(),
    samples: async (query) => {
      const answer = await client.samples(query);
      return { readings: asReadings(answer), settledMs: answer.nowMs, keptFromMs: answer.keptFromMs };
    },
  };
}

function asReadings({ ticks, series, createdAtMs }: WireSamples): CounterReading[] {
  return series.flatMap(({ kind, name, counters, values }) =>
    ticks.map((tickMs, index) => ({
      entityKind: kind,
      entity: name,
      tickMs,
      // It works its figures out for exactly that moment.
      takenAtMs: tickMs,
      monotonicMs: tickMs - createdAtMs,
      source: SOURCE,
      rank: 0,
      provenance: 'hypervisor' as const,
      counters,
      values: values[index] ?? [],
    })),
  );
}
