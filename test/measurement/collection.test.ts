import fc from 'fast-check';
import {
  closeCollection,
  collectRecords,
  emptyCollection,
  noteOutage,
  type Collected,
  type CollectionState,
} from '../../measurement/collection';
import type { ProbeRecord } from '../../measurement/types';
import { simulateProbes } from './simulated-probes';

const timing = { promptMs: 30, periodMs: 5 };

function collectAll(
  pieces: readonly (readonly ProbeRecord[])[],
): Omit<Collected, 'state'> & { state: CollectionState } {
  let state = emptyCollection('here');
  const silences = [];
  const summaries = [];
  for (const [index, records] of pieces.entries()) {
    const collected = collectRecords(state, timing, { records, gaps: [], cursor: String(index) });
    silences.push(...collected.silences);
    summaries.push(...collected.summaries);
    state = JSON.parse(JSON.stringify(collected.state)) as CollectionState;
  }
  const closed = closeCollection(state, timing, 20_000);
  return {
    state: closed.state,
    silences: inOrder([...silences, ...closed.silences], ({ startMs }) => startMs),
    summaries: inOrder([...summaries, ...closed.summaries], ({ fromMs }) => fromMs),
  };
}

/** Each target's rows come in order; how those of different targets mix depends on the cuts. */
function inOrder<T extends { readonly target: string }>(rows: readonly T[], timeOf: (row: T) => number): T[] {
  return [...rows].sort((a, b) => a.target.localeCompare(b.target) || timeOf(a) - timeOf(b));
}

const mixed = ['g1', 'g2', 'h1']
  .flatMap((target, index) =>
    simulateProbes({
      target,
      untilMs: 10_000,
      periodMs: 5,
      pauses: [
        { fromMs: 1_001 + 3_000 * index, untilMs: 1_201 + 3_000 * index, kind: index === 1 ? 'lost' : 'queued' },
      ],
    }),
  )
  .sort((a, b) => a.sentAtMs - b.sentAtMs);

describe('collectRecords', () => {
  it('keeps targets apart and gives the same wherever the stream is cut', () => {
    const whole = collectAll([mixed]);
    expect(whole.silences.map(({ target, vantage, startMs }) => [target, vantage, startMs])).toEqual([
      ['g1', 'here', 1_005],
      ['g2', 'here', 4_005],
      ['h1', 'here', 7_005],
    ]);
    expect(whole.summaries.map(({ target, sent, lost }) => [target, sent, lost])).toEqual([
      ['g1', 2_000, 0],
      ['g2', 2_000, 40],
      ['h1', 2_000, 0],
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(mixed.length), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), mixed.length];
        const pieces = edges.slice(1).map((edge, index) => mixed.slice(edges[index], edge));
        const { silences, summaries } = collectAll(pieces);
        expect(silences).toEqual(whole.silences);
        expect(summaries).toEqual(whole.summaries);
      }),
      { numRuns: 30 },
    );
  });

  it('gives a gap the reason of the outage, or of the prober', () => {
    const before = mixed.filter(({ sentAtMs }) => sentAtMs < 2_000);
    const after = mixed.filter(({ sentAtMs }) => sentAtMs >= 6_500);
    const first = collectRecords(emptyCollection('here'), timing, { records: before, gaps: [], cursor: '1' }).state;
    const down = noteOutage(first, 5_000, 'the prober did not run: killed');
    const again = collectRecords(down, timing, { records: after, gaps: [], cursor: '2' }).state;
    expect(again.gaps).toEqual(
      ['g1', 'g2', 'h1'].map((target) => ({
        target,
        fromMs: 1_995,
        untilMs: 6_500,
        reason: 'the prober did not run: killed',
      })),
    );
    const reported = { fromMs: 2_000, untilMs: 6_000, reason: 'the disk was full' };
    const told = collectRecords(first, timing, { records: after, gaps: [reported], cursor: '2' }).state;
    expect(told.gaps[0]).toEqual({ ...reported, target: null });
    expect(told.gaps[1]).toEqual({ target: 'g1', fromMs: 1_995, untilMs: 6_500, reason: 'the disk was full' });
  });

  it('ends an outage that was never mended where the measurement ends', () => {
    const first = collectRecords(emptyCollection('here'), timing, { records: mixed, gaps: [], cursor: '1' }).state;
    const { state } = closeCollection(noteOutage(first, 12_000, 'gone'), timing, 20_000);
    expect(state.closed).toBe(true);
    expect(state.gaps).toContainEqual({ target: 'g1', fromMs: 9_995, untilMs: 20_000, reason: 'gone' });
  });

  it('keeps its state small while a VM is dead', () => {
    const pauses = [{ fromMs: 1_000, untilMs: 9e9, kind: 'lost' as const }];
    const dead = simulateProbes({ untilMs: 600_000, periodMs: 5, pauses });
    const { state } = collectRecords(emptyCollection('here'), timing, { records: dead, gaps: [], cursor: '1' });
    expect(JSON.stringify(state).length).toBeLessThan(5_000);
  });
});
