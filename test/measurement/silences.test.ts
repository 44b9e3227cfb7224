import fc from 'fast-check';
import { emptySilenceState } from '../../measurement/silence-state';
import { endSilences, followSilences, type UnmeasuredTime } from '../../measurement/silences';
import type { ProbeRecord, Silence } from '../../measurement/types';
import { simulateProbes, type Pause } from './simulated-probes';

const probed = { target: 'g1', vantage: 'here', promptMs: 30, periodMs: 5 };

function analyse(records: readonly ProbeRecord[], cuts: readonly number[] = []) {
  const silences: Silence[] = [];
  const unmeasured: UnmeasuredTime[] = [];
  let state = emptySilenceState();
  const edges = [0, ...[...cuts].sort((a, b) => a - b), records.length];
  for (let piece = 0; piece + 1 < edges.length; piece++) {
    const followed = followSilences(probed, state, records.slice(edges[piece], edges[piece + 1]));
    silences.push(...followed.silences);
    unmeasured.push(...followed.unmeasured);
    // As the store keeps it.
    state = JSON.parse(JSON.stringify(followed.state)) as typeof state;
  }
  silences.push(...endSilences(probed, state).silences);
  return { silences, unmeasured };
}

const pausedOnce = (pause: Pause, more = {}) =>
  analyse(simulateProbes({ untilMs: 8_000, periodMs: 5, pauses: [pause], ...more })).silences;

describe('followSilences', () => {
  it('finds nothing where every probe is answered promptly', () => {
    expect(analyse(simulateProbes({ untilMs: 5_000, periodMs: 5 }))).toEqual({ silences: [], unmeasured: [] });
  });

  it('ends a pause of queued packets with the first answer after it', () => {
    const [silence, ...others] = pausedOnce({ fromMs: 2_001, untilMs: 3_001, kind: 'queued', stopsClock: true });
    expect(others).toEqual([]);
    expect(silence).toMatchObject({ startMs: 2_005, lostProbes: 0, lostMs: 0, open: false });
    expect(silence?.endMs).toBeCloseTo(3_001.1, 6);
    expect(silence?.guestStopMs).toBeCloseTo(1_000, 6);
    // sent in [2005, 3001]; the last six were answered within 30 ms
    expect(silence?.lateProbes).toBe(194);
  });

  it('counts lost packets and how long they were lost', () => {
    const [silence, ...others] = pausedOnce({ fromMs: 2_001, untilMs: 2_343, kind: 'lost', stopsClock: true });
    expect(others).toEqual([]);
    expect(silence).toMatchObject({ startMs: 2_005, lostProbes: 68, lostMs: 340, lateProbes: 0 });
    expect(silence?.endMs).toBeCloseTo(2_345.2, 6);
    expect(silence?.guestStopMs).toBeCloseTo(342, 6);
  });

  it('tells the lost part of a silence from the part that was answered late', () => {
    const pauses: Pause[] = [
      { fromMs: 2_001, untilMs: 2_101, kind: 'lost' },
      { fromMs: 2_101, untilMs: 2_401, kind: 'queued' },
    ];
    const { silences } = analyse(simulateProbes({ untilMs: 4_000, periodMs: 5, pauses }));
    expect(silences).toHaveLength(1);
    expect(silences[0]).toMatchObject({ startMs: 2_005, lostProbes: 20, lostMs: 100 });
    expect(silences[0]?.endMs).toBeCloseTo(2_401.1, 6);
  });

  it('does not call it silence when answers only queue behind others', () => {
    const slow = pausedOnce({ fromMs: 2_001, untilMs: 3_001, kind: 'queued' }, { drainMs: 1 });
    expect(slow).toHaveLength(1);
    expect(slow[0]?.endMs).toBeCloseTo(3_001.1, 6);
  });

  it('is not ended by the answer to a probe that was answered promptly and sent before it', () => {
    const pause: Pause = { fromMs: 2_000.9, untilMs: 2_500, kind: 'queued' };
    const [silence] = pausedOnce(pause, { delaysMs: [[0.8, 7]] });
    expect(silence).toMatchObject({ startMs: 2_005, endMs: 2_507 });
  });

  it('never takes a stall of the prober for a silence', () => {
    const records = simulateProbes({ untilMs: 4_000, periodMs: 5, stalls: [{ fromMs: 1_000, untilMs: 1_700 }] });
    expect(records.length).toBeLessThan(700);
    expect(analyse(records)).toEqual({ silences: [], unmeasured: [] });
  });

  it('does not count the time that the prober slept after a lost probe, only bounds it', () => {
    const records = simulateProbes({
      untilMs: 4_000,
      periodMs: 5,
      pauses: [{ fromMs: 994, untilMs: 999, kind: 'lost' }],
      stalls: [{ fromMs: 999, untilMs: 1_500 }],
    });
    const { silences } = analyse(records);
    expect(silences).toHaveLength(1);
    expect(silences[0]?.durationMs).toBeCloseTo(5.2, 6);
    expect(silences[0]?.lowMs).toBe(0);
    expect(silences[0]?.highMs).toBeGreaterThan(500);
    expect(silences[0]?.sendLatenessMs).toBeCloseTo(500, 6);
  });

  it('makes a long hole in the records a gap, and what was silent before it open', () => {
    const whole = simulateProbes({
      untilMs: 6_000,
      periodMs: 5,
      pauses: [{ fromMs: 1_901, untilMs: 2_050, kind: 'lost' }],
    });
    const records = whole.filter(({ sentAtMs }) => sentAtMs < 2_000 || sentAtMs >= 4_000);
    const { silences, unmeasured } = analyse(records);
    expect(unmeasured).toEqual([{ fromMs: 1_995, untilMs: 4_000, reason: 'records of the prober are missing' }]);
    expect(silences).toHaveLength(1);
    expect(silences[0]).toMatchObject({ startMs: 1_905, endMs: 1_995, open: true, guestStopMs: null });
  });

  it('starts anew where the numbers start anew', () => {
    const before = simulateProbes({ untilMs: 1_000, periodMs: 5 });
    const after = simulateProbes({ fromMs: 1_100, untilMs: 2_000, periodMs: 5 });
    expect(analyse([...before, ...after])).toEqual({
      silences: [],
      unmeasured: [{ fromMs: 995, untilMs: 1_100, reason: 'records of the prober are missing' }],
    });
  });

  it('leaves a silence open that the measurement did not see the end of', () => {
    const [silence] = pausedOnce({ fromMs: 7_001, untilMs: 9_000, kind: 'lost' });
    expect(silence).toMatchObject({ startMs: 7_005, endMs: 7_995, open: true, lostProbes: 199 });
  });

  it('says nothing of the clock of a guest that was rebooted', () => {
    const records = simulateProbes({
      untilMs: 8_000,
      periodMs: 5,
      pauses: [{ fromMs: 2_001, untilMs: 4_001, kind: 'lost' }],
    });
    const rebooted = records.map((record) =>
      record.guestClockMs !== null && record.sentAtMs > 4_000
        ? { ...record, guestClockMs: record.sentAtMs - 3_000 }
        : record,
    );
    expect(analyse(rebooted).silences[0]).toMatchObject({ lostProbes: 400, guestStopMs: null });
  });

  it('tells two silences that follow each other closely apart, their clocks too', () => {
    const pauses: Pause[] = [
      { fromMs: 2_001, untilMs: 2_201, kind: 'queued', stopsClock: true },
      { fromMs: 2_209, untilMs: 2_260, kind: 'lost' },
    ];
    const { silences } = analyse(simulateProbes({ untilMs: 4_000, periodMs: 5, pauses }));
    expect(silences).toHaveLength(2);
    expect(silences[0]?.guestStopMs).toBeCloseTo(200, 0);
    expect(Math.abs(silences[1]?.guestStopMs ?? NaN)).toBeLessThan(1);
  });
});

describe('answers that overtake each other', () => {
  it('do not make a silence certain that a promptly answered probe was in', () => {
    const { silences } = analyse(
      simulateProbes({
        untilMs: 4_000,
        periodMs: 5,
        pauses: [{ fromMs: 2_999.52, untilMs: 3_000.021, kind: 'lost' }],
        delaysMs: [
          [0.02, 0.02],
          [0.04, 2.01],
        ],
        latenessMs: [0, 2.999, 0],
      }),
    );
    expect(silences).toHaveLength(1);
    expect(silences[0]?.lowMs).toBeLessThanOrEqual(0.501);
  });
});

const fractions = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const LONGEST_DELAY_MS = 2;
const scenario = fc.record({
  fromMs: fractions(2_000, 3_000),
  lengthMs: fractions(0.5, 3_000),
  kind: fc.constantFrom('queued' as const, 'lost' as const),
  delaysMs: fc.array(fc.tuple(fractions(0.02, LONGEST_DELAY_MS), fractions(0.02, LONGEST_DELAY_MS)), {
    minLength: 1,
    maxLength: 16,
  }),
  latenessMs: fc.array(fractions(0, 3), { minLength: 1, maxLength: 16 }),
  stalls: fc.array(fc.record({ fromMs: fractions(1_500, 5_000), lengthMs: fractions(1, 400) }), { maxLength: 3 }),
  drainMs: fractions(0, 0.5),
});

describe('the bounds of a silence', () => {
  it('hold the true length, whatever the network and the prober do', () => {
    fc.assert(
      fc.property(scenario, ({ fromMs, lengthMs, kind, delaysMs, latenessMs, stalls, drainMs }) => {
        const pause = { fromMs, untilMs: fromMs + lengthMs, kind };
        const records = simulateProbes({
          untilMs: 9_000,
          periodMs: 5,
          pauses: [pause],
          delaysMs,
          latenessMs,
          drainMs,
          stalls: stalls.map((stall) => ({ fromMs: stall.fromMs, untilMs: stall.fromMs + stall.lengthMs })),
        });
        const { silences, unmeasured } = analyse(records);
        expect(unmeasured).toEqual([]);
        for (const { lowMs, durationMs, highMs } of silences) {
          expect(lowMs).toBeLessThanOrEqual(durationMs);
          expect(durationMs).toBeLessThanOrEqual(highMs);
        }
        const [silence] = silences;
        // Nobody asked while the prober slept, so there may be nothing to see; at the limit itself delays decide.
        const latestMs = records.map(({ sentAtMs, answeredAtMs }) => (answeredAtMs ?? Infinity) - sentAtMs);
        const seen = latestMs.some((lateMs) => lateMs > probed.promptMs + 2 * LONGEST_DELAY_MS);
        const maybe = latestMs.some((lateMs) => lateMs > probed.promptMs);
        expect(silences.length).toBeGreaterThanOrEqual(seen ? 1 : 0);
        expect(silences.length).toBeLessThanOrEqual(maybe ? 1 : 0);
        if (silence === undefined) return;
        expect(silence.lowMs).toBeLessThanOrEqual(lengthMs + 1e-6);
        expect(silence.highMs).toBeGreaterThanOrEqual(lengthMs - 1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('are as narrow as two periods, a round trip and the lateness allow', () => {
    fc.assert(
      fc.property(fractions(2_000, 2_010), fractions(60, 2_000), fractions(0, 2), (fromMs, lengthMs, late) => {
        for (const kind of ['queued', 'lost'] as const) {
          const records = simulateProbes({
            untilMs: 6_000,
            periodMs: 5,
            pauses: [{ fromMs, untilMs: fromMs + lengthMs, kind, stopsClock: true }],
            latenessMs: [0, late, 0],
          });
          const [silence] = analyse(records).silences;
          const width = (silence?.highMs ?? Infinity) - (silence?.lowMs ?? 0);
          expect(width).toBeLessThanOrEqual(2 * 5 + 2 * 0.2 + 4 * late + 1e-6);
          expect(Math.abs((silence?.guestStopMs ?? Infinity) - lengthMs)).toBeLessThanOrEqual(0.2);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('segments', () => {
  it('say the same wherever the records are cut', () => {
    const pauses = fc.array(
      fc.record({
        fromMs: fractions(500, 7_000),
        lengthMs: fractions(1, 900),
        kind: fc.constantFrom('queued' as const, 'lost' as const),
      }),
      { maxLength: 6 },
    );
    const cuts = fc.array(fc.nat(1_600), { maxLength: 12 });
    const holes = fc.array(fc.nat(1_600), { maxLength: 5 });
    fc.assert(
      fc.property(pauses, cuts, holes, scenario, (paused, cutAt, missing, { delaysMs, latenessMs, stalls }) => {
        const records = simulateProbes({
          untilMs: 8_000,
          periodMs: 5,
          delaysMs,
          latenessMs,
          drainMs: 0.4,
          stalls: stalls.map((stall) => ({ fromMs: stall.fromMs, untilMs: stall.fromMs + 4 * stall.lengthMs })),
          pauses: paused.map(({ fromMs, lengthMs, kind }) => ({ fromMs, untilMs: fromMs + lengthMs, kind })),
        }).filter(({ seq }) => !missing.some((from) => seq >= from && seq < from + 40));
        const inside = cutAt.filter((cut) => cut <= records.length);
        expect(analyse(records, inside)).toEqual(analyse(records));
      }),
      { numRuns: 100 },
    );
  });
});
