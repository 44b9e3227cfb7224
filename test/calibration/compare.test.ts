import { simulateProbes } from '../measurement/simulated-probes';
import { silencesOf } from './calibration-lab';
import { boundsHold, compare } from './compare';
import { offences } from './offences';
import { parseDrops, parsePauses, parseSwitchOvers, type Truth } from './truth';

const PERIOD_MS = 5;
const timing = { promptMs: 30, periodMs: PERIOD_MS };
const exactly = (fromMs: number, untilMs: number): Truth => ({
  vm: 'g1',
  began: [fromMs, fromMs],
  ended: [untilMs, untilMs],
});

describe('truth', () => {
  test('pauses are what lies between STOP and RESUME by the stamps of QEMU', () => {
    const [stop, resume] = ["event STOP at 10.500000 for domain 'g1'", "event RESUME at 10.600500 for domain 'g1'"];
    expect(parsePauses(`${stop}\n${resume}`, 'g1')).toEqual([exactly(10_500, 10_600.5)]);
    expect(() => parsePauses(`${stop}\n${resume}\n${stop}`, 'g1')).toThrow('odd');
    expect(() => parsePauses(`${resume}\n${stop}`, 'g1')).toThrow('do not alternate');
  });

  test('a switch-over stops on one host and goes on on the other; other domains do not count', () => {
    const source = "event STOP at 7.25 for domain 'g1': <null>\nevent STOP at 7.3 for domain 'g2': <null>";
    const target = "event RESUME at 7.5 for domain 'g1': <null>";
    expect(parseSwitchOvers([target, source], 'g1')).toEqual([exactly(7_250, 7_500)]);
  });

  test('a loss lies between the moments around each change', () => {
    expect(parseDrops('1 5.0 5.001\n0 5.1 5.102', 'g1')).toEqual([
      { vm: 'g1', began: [5_000, 5_001], ended: [5_100, 5_102] },
    ]);
  });
});

describe('a comparison', () => {
  const control = simulateProbes({ target: 'g3', untilMs: 8_000, periodMs: PERIOD_MS });

  function compared(kind: 'queued' | 'lost', drainMs: number, told: Truth) {
    const pauses = [{ fromMs: 3_001, untilMs: 3_501, kind, stopsClock: kind === 'queued' }];
    const own = simulateProbes({ target: 'g1', untilMs: 8_000, periodMs: PERIOD_MS, pauses, drainMs });
    const records = [...own, ...control];
    const how = kind === 'queued' ? 'paused' : 'dropped';
    const result = compare(told, how, silencesOf(records, timing), { records, control: 'g3', periodMs: PERIOD_MS });
    return { result, offences: offences(result, how) };
  }

  test.each(['queued', 'lost'] as const)(
    'of a pause whose packets are %s finds nothing wrong with the truth',
    (kind) => {
      const { result, offences: found } = compared(kind, 0.1, exactly(3_001, 3_501));
      expect(found).toEqual([]);
      expect(boundsHold(result, 0)).toBe(true);
      expect(Math.abs(result.silenceOffMs ?? NaN)).toBeLessThanOrEqual(2 * PERIOD_MS);
      expect(Math.abs(result.guestStopOffMs ?? NaN)).toBeLessThan(0.5);
      expect(result.idleMs).toBeLessThan(1);
    },
  );

  test('with a truth that was longer than what the product saw names every figure that is off', () => {
    const long = exactly(3_001, 3_551);
    expect(compared('queued', 0.1, long).offences.join()).toMatch(/silence_ms.*guest_stop_ms.*bounds/);
    expect(compared('lost', 0.1, long).offences.join()).toMatch(/silence_ms.*lost_ms.*bounds/);
  });

  test('with a truth that was shorter takes the rest for slowness of the VM, but not in its clock, and not in losses', () => {
    const short = exactly(3_001, 3_451);
    expect(compared('queued', 0.1, short).offences.join()).toMatch(
      /^paused for 450.0 ms: guest_stop_ms is 50.0 ms off/,
    );
    expect(compared('lost', 0.1, short).offences.join()).toMatch(/silence_ms.*lost_ms.*bounds/);
  });
});
