import fc from 'fast-check';
import { summariseProbes, summaryOf, type MinuteState } from '../../measurement/probe-summary';
import type { ProbeRecord } from '../../measurement/types';
import { simulateProbes } from './simulated-probes';

const START_MS = 1_772_442_030_000;

function summarise(records: readonly ProbeRecord[], cuts: readonly number[] = []) {
  let state: MinuteState | null = null;
  const summaries = [];
  const edges = [0, ...[...cuts].sort((a, b) => a - b), records.length];
  for (let piece = 0; piece + 1 < edges.length; piece++) {
    const next = summariseProbes(state, records.slice(edges[piece], edges[piece + 1]), 20);
    summaries.push(...next.summaries);
    state = JSON.parse(JSON.stringify(next.state)) as MinuteState | null;
  }
  return state === null ? summaries : [...summaries, summaryOf(state, 20)];
}

describe('summariseProbes', () => {
  const records = simulateProbes({
    fromMs: START_MS,
    untilMs: START_MS + 100_000,
    periodMs: 20,
    latenessMs: [0, 0, 1, 0],
    delaysMs: Array.from({ length: 100 }, (_, index) => [0.1, 0.1 * (index + 1)] as const),
    pauses: [{ fromMs: START_MS + 40_001, untilMs: START_MS + 41_002, kind: 'lost' }],
  });

  it('gives one row a minute, with the part that has records', () => {
    const rows = summarise(records);
    expect(
      rows.map(({ fromMs, untilMs, sent, answered, lost }) => [
        fromMs - START_MS,
        untilMs - START_MS,
        sent,
        answered,
        lost,
      ]),
    ).toEqual([
      [0, 30_000, 1_500, 1_500, 0],
      [30_000, 90_000, 3_000, 2_950, 50],
      [90_000, 100_000, 500, 500, 0],
    ]);
  });

  it('gives quantiles to within one per cent and exact extremes', () => {
    const [first] = summarise(records);
    // round trips of 0.2 to 10.1 ms in equal numbers
    expect(first?.roundTripMaxMs).toBeCloseTo(10.1, 3);
    for (const [value, exact] of [
      [first?.roundTripP50Ms, 5.1],
      [first?.roundTripP99Ms, 10],
    ] as const) {
      expect(value).toBeGreaterThanOrEqual(exact - 1e-3);
      expect(value).toBeLessThanOrEqual(exact * 1.0101);
    }
    expect(first?.sendLatenessMaxMs).toBeCloseTo(1, 3);
  });

  it('has no round trip where nothing was answered', () => {
    const pauses = [{ fromMs: START_MS - 1, untilMs: START_MS + 10_000, kind: 'lost' as const }];
    const silent = simulateProbes({ fromMs: START_MS, untilMs: START_MS + 1_000, periodMs: 20, pauses });
    expect(summarise(silent)).toMatchObject([
      {
        sent: 50,
        answered: 0,
        lost: 50,
        roundTripP50Ms: null,
        roundTripP99Ms: null,
        roundTripMaxMs: null,
        sendLatenessMaxMs: 0,
      },
    ]);
  });

  it('counts every probe once wherever the records are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(records.length), { maxLength: 10 }), (cuts) => {
        expect(summarise(records, cuts)).toEqual(summarise(records));
      }),
      { numRuns: 50 },
    );
  });
});
