import { measureBlackout, noiseFloor, type MeasuredMigration, type Watched } from '../../measurement/blackout';
import { emptySilenceState } from '../../measurement/silence-state';
import { endSilences, followSilences } from '../../measurement/silences';
import type { Silence } from '../../measurement/types';
import { madeSilence } from './made-silence';
import { simulateProbes, type Pause } from './simulated-probes';

const migration: MeasuredMigration = {
  requestedAtMs: 10_000,
  finishedAtMs: 16_000,
  switchedOver: true,
  downtimeMs: null,
  widenMs: 0,
  nextRequestedAtMs: null,
  hosts: null,
};

function measure(
  silences: readonly Silence[],
  changed: Partial<MeasuredMigration> = {},
  watched: Partial<Watched> = {},
) {
  const all = { vantage: 'here', silences, unmeasured: [], promptMs: 30, unseenMs: 36, noiseFloorMs: 54, ...watched };
  return measureBlackout({ ...migration, ...changed }, all).blackout;
}

describe('measureBlackout', () => {
  // A busy VM lost 1,050 ms of packets three seconds before its switch-over of 340 ms (docs/measurement.md).
  const earlier = madeSilence(12_000, 1_050, { guestStopMs: 0.4, lostMs: 1_050 });
  const switchOver = madeSilence(15_200, 352, { guestStopMs: 343, lostMs: 340 });

  it('takes the silence in which the guest clock stopped, not the longest', () => {
    expect(measure([earlier, switchOver])).toEqual({
      vantage: 'here',
      blackoutMs: 352,
      lowMs: 347,
      highMs: 357,
      locatedBy: 'guest-clock',
      lostMs: 340,
      guestStopMs: 343,
      hostSilentMs: null,
      brownoutMs: 1_050,
      noiseFloorMs: 54,
      belowNoise: false,
      gap: null,
    });
  });

  it('takes the one that ends near the finish and holds the downtime where no clock tells', () => {
    const blind = [earlier, switchOver].map((silence) => ({ ...silence, guestStopMs: null }));
    expect(measure(blind, { downtimeMs: 343 })).toMatchObject({ blackoutMs: 352, locatedBy: 'hypervisor' });
  });

  it('says for how long source or target were silent too, each moment once', () => {
    const source = [madeSilence(15_000, 300), madeSilence(15_540, 100)];
    const target = [madeSilence(15_250, 150), madeSilence(12_100, 900)];
    const heard = (silences: readonly Silence[], unmeasured: Watched['unmeasured'] = []) => ({ silences, unmeasured });
    const hosts = [heard(source), heard(target)];
    expect(measure([earlier, switchOver], { hosts })).toMatchObject({ hostSilentMs: 200 + 12 });
    expect(measure([earlier, switchOver], { hosts: [heard([]), heard([])] })).toMatchObject({ hostSilentMs: 0 });
    const gap = { fromMs: 15_500, untilMs: 17_000, reason: 'a hole' };
    expect(measure([switchOver], { hosts: [heard(source), heard([], [gap])] })).toMatchObject({ hostSilentMs: null });
    const open = { ...switchOver, open: true };
    expect(measure([open], { hosts })).toMatchObject({ blackoutMs: null, hostSilentMs: 212 });
  });

  it('calls it ambiguous where nothing tells, also if there is only one', () => {
    const blind = [earlier, switchOver].map((silence) => ({ ...silence, guestStopMs: null }));
    expect(measure(blind)).toMatchObject({ blackoutMs: 1_050, locatedBy: 'ambiguous' });
    expect(measure(blind.slice(1))).toMatchObject({ blackoutMs: 352, locatedBy: 'ambiguous' });
    const twice = [switchOver, { ...switchOver, startMs: 14_500, endMs: 14_852 }];
    expect(measure(twice, { downtimeMs: 343 })).toMatchObject({ locatedBy: 'ambiguous' });
  });

  it('chooses between two stops of the clock by the hypervisor', () => {
    const stops = [madeSilence(11_000, 300, { guestStopMs: 290 }), madeSilence(15_500, 250, { guestStopMs: 240 })];
    expect(measure(stops, { downtimeMs: 238 })).toMatchObject({ blackoutMs: 250, locatedBy: 'hypervisor' });
    expect(measure(stops)).toMatchObject({ blackoutMs: 300, locatedBy: 'ambiguous' });
  });

  it('has no figure but bounds where no silence can be seen', () => {
    expect(measure([])).toMatchObject({
      blackoutMs: null,
      lowMs: 0,
      highMs: 36,
      locatedBy: null,
      brownoutMs: 0,
      gap: 'no silence longer than the prompt limit of 30 ms: shorter than can be seen',
    });
  });

  it('does not take noise for a short switch-over', () => {
    const noise = madeSilence(15_000, 48, { guestStopMs: 0.2 });
    expect(measure([noise], { downtimeMs: 18 })).toMatchObject({
      blackoutMs: null,
      lowMs: 0,
      highMs: 36,
      brownoutMs: 48,
    });
    expect(measure([noise], { downtimeMs: 90 })).toMatchObject({ blackoutMs: 48, locatedBy: 'ambiguous' });
  });

  it('sums the other silences to 5 s after the finish, or to the next request', () => {
    const others = [
      madeSilence(9_990, 20),
      madeSilence(13_000, 40),
      madeSilence(20_980, 60),
      madeSilence(21_500, 100),
      madeSilence(3_000, 500),
    ];
    expect(measure([...others, switchOver])).toMatchObject({ blackoutMs: 352, brownoutMs: 10 + 40 + 20 });
    expect(measure([...others, switchOver], { nextRequestedAtMs: 20_000 })).toMatchObject({ brownoutMs: 10 + 40 });
  });

  it('compares with the noise floor', () => {
    const short = madeSilence(15_000, 50, { guestStopMs: 45 });
    expect(measure([short])).toMatchObject({ blackoutMs: 50, belowNoise: true });
    expect(measure([short], {}, { noiseFloorMs: null })).toMatchObject({ belowNoise: false, noiseFloorMs: null });
  });

  it.each([
    [{ switchedOver: false }, 'the migration did not switch over'],
    [{ requestedAtMs: null }, 'the migration never ran'],
    [{ finishedAtMs: null }, 'the migration never ran'],
  ])('leaves a migration %j without a blackout', (changed, gap) => {
    expect(measure([switchOver], changed)).toMatchObject({ blackoutMs: null, locatedBy: null, gap });
  });

  it('concludes nothing from a time that was not measured', () => {
    const hole = { fromMs: 13_000, untilMs: 14_000, reason: 'the prober did not run' };
    const unmeasured = [hole];
    const gap = 'not measured all the time: the prober did not run';
    expect(measure([], {}, { unmeasured })).toMatchObject({ blackoutMs: null, highMs: null, brownoutMs: null, gap });
    const blind = { ...switchOver, guestStopMs: null };
    expect(measure([blind], { downtimeMs: 343 }, { unmeasured })).toMatchObject({ blackoutMs: null, gap });
    // The clock is proof enough, but the other silences are not all known.
    expect(measure([switchOver], {}, { unmeasured })).toMatchObject({ blackoutMs: 352, brownoutMs: null, gap: null });
    const after = [{ ...hole, fromMs: 17_000, untilMs: Infinity }];
    expect(measure([blind], { downtimeMs: 343 }, { unmeasured: after })).toMatchObject({
      blackoutMs: 352,
      brownoutMs: null,
    });
  });

  it('knows only a lower bound of a silence that the measurement did not see the end of', () => {
    const open = madeSilence(15_000, 9_000, { open: true, guestStopMs: null });
    expect(measure([open])).toMatchObject({ blackoutMs: null, lowMs: 8_995, highMs: null, locatedBy: 'ambiguous' });
  });

  it('widens its windows by the uncertainty of the clocks', () => {
    const late = madeSilence(16_400, 300);
    expect(measure([late])).toMatchObject({ blackoutMs: null });
    expect(measure([late], { widenMs: 1_000 })).toMatchObject({ blackoutMs: 300 });
  });
});

describe('concurrent migrations of three simulated VMs', () => {
  it('each find their own switch-over among noise and loss', () => {
    const stops = [
      { fromMs: 12_503, untilMs: 12_843 },
      { fromMs: 14_001, untilMs: 14_120 },
      { fromMs: 15_007, untilMs: 15_067 },
    ];
    for (const stop of stops) {
      const pauses: Pause[] = [
        { fromMs: 3_003, untilMs: 3_057, kind: 'queued' },
        { fromMs: 11_003, untilMs: 12_053, kind: 'lost' },
        { ...stop, kind: 'lost', stopsClock: true },
        { fromMs: stop.untilMs, untilMs: stop.untilMs + 80, kind: 'queued' },
        { fromMs: 15_503, untilMs: 15_773, kind: 'queued' },
      ];
      const probed = { target: 'g1', vantage: 'here', promptMs: 30, periodMs: 5 };
      const records = simulateProbes({ untilMs: 22_000, periodMs: 5, pauses, drainMs: 0.3 });
      const followed = followSilences(probed, emptySilenceState(), records);
      const silences = [...followed.silences, ...endSilences(probed, followed.state).silences];
      const noiseFloorMs = noiseFloor(silences, 0, 10_000);
      expect(noiseFloorMs).toBeGreaterThan(48);
      expect(noiseFloorMs).toBeLessThan(55);
      const blackout = measure(silences, {}, { noiseFloorMs });
      const lengthMs = stop.untilMs + 80 - stop.fromMs;
      expect(blackout).toMatchObject({ locatedBy: 'guest-clock', belowNoise: false, gap: null });
      expect(blackout.lowMs).toBeLessThanOrEqual(lengthMs);
      expect(blackout.highMs).toBeGreaterThanOrEqual(lengthMs);
      expect(Math.abs((blackout.guestStopMs ?? NaN) - (stop.untilMs - stop.fromMs))).toBeLessThan(1);
      expect(Math.abs((blackout.lostMs ?? NaN) - (stop.untilMs - stop.fromMs))).toBeLessThanOrEqual(5);
      expect(Math.abs((blackout.brownoutMs ?? NaN) - (1_050 + 270))).toBeLessThan(15);
    }
  });
});
