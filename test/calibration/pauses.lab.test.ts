import { setTimeout as sleep } from 'node:timers/promises';
import { measureBlackout } from '../../measurement/blackout';
import type { ProbeRecord, Silence } from '../../measurement/types';
import { useBuiltAgent } from '../agents/use-built-agent';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { CalibrationLab, silencesOf } from './calibration-lab';
import { compare, type Compared } from './compare';
import { dropPackets, pauseVm } from './disturbances';
import { offences } from './offences';
import type { Truth } from './truth';

jest.setTimeout(240_000);

const PERIOD_MS = 5;
const PROMPT_MS = 30;
const APART_MS = 1_100;
const { program, home } = useBuiltAgent();

// One VM is stopped by QEMU, another one loses its packets, a third one idles: what does the product say of them?
describeOnKvmLab(`calibration on ${KVM_LAB}`, () => {
  let calibration: CalibrationLab;
  let records: readonly ProbeRecord[] = [];
  let silences: readonly Silence[] = [];
  let pauses: readonly Truth[] = [];
  let drops: readonly Truth[] = [];

  beforeAll(async () => {
    calibration = await CalibrationLab.open({ home: home(), program }, 3, PERIOD_MS);
    const { lab, shell } = calibration;
    const common = { lab, shell, apartMs: APART_MS };
    await sleep(APART_MS);
    [pauses, drops] = await Promise.all([
      pauseVm({ ...common, host: 'h1', vm: 'g1', durationsMs: [100, 10, 500, 50, 2_000, 5_000] }),
      dropPackets({ ...common, host: 'h2', vm: 'g2', durationsMs: [100, 20, 500, 50, 2_000] }),
    ]);
    records = await calibration.stop();
    silences = silencesOf(records, { promptMs: PROMPT_MS, periodMs: PERIOD_MS });
  });
  afterAll(async () => calibration.close());

  const compared = (truths: readonly Truth[], kind: 'paused' | 'dropped'): readonly Compared[] =>
    truths.map((truth) => compare(truth, kind, silences, { records, control: 'g3', periodMs: PERIOD_MS }));

  test('pauses of a VM: silence and guest clock agree with the events of QEMU, the bounds hold', () => {
    const all = compared(pauses, 'paused');
    expect(all.map(({ lengthMs }) => lengthMs > 0)).toEqual(Array(6).fill(true));
    const long = all.filter(({ lengthMs, toleranceMs }) => lengthMs > PROMPT_MS + toleranceMs);
    expect(long.length).toBeGreaterThanOrEqual(4);
    expect(long.filter(({ silence }) => silence === null)).toEqual([]);
    expect(all.flatMap((each) => offences(each, 'paused'))).toEqual([]);
    expect(all.filter(({ guestStopOffMs }) => guestStopOffMs !== null).length).toBeGreaterThanOrEqual(1);
  });

  test('what is too short to be seen has no figure, a reason and an upper bound that holds', () => {
    const [shortest] = [...compared(pauses, 'paused')].sort((a, b) => a.lengthMs - b.lengthMs);
    if (shortest === undefined) throw new Error('no pause');
    const { truth, lengthMs, toleranceMs } = shortest;
    const requestedAtMs = truth.began[0] - 100;
    const finishedAtMs = truth.ended[1] + 100;
    const { blackout } = measureBlackout(
      {
        requestedAtMs,
        finishedAtMs,
        switchedOver: true,
        downtimeMs: lengthMs,
        widenMs: 0,
        nextRequestedAtMs: null,
        hosts: null,
      },
      {
        vantage: 'here',
        silences: silences.filter(({ target }) => target === 'g1'),
        unmeasured: [],
        promptMs: PROMPT_MS,
        unseenMs: PROMPT_MS + toleranceMs,
        noiseFloorMs: null,
      },
    );
    expect(blackout.highMs).toBeGreaterThanOrEqual(lengthMs);
    // A machine that stalls may lengthen it until it shows, or show another silence beside it: then that is its figure.
    const shown = silences.filter(
      ({ target, startMs, endMs }) => target === 'g1' && startMs < finishedAtMs && endMs > requestedAtMs,
    );
    const gap = 'no silence longer than the prompt limit of 30 ms: shorter than can be seen';
    expect(shown.length === 0 ? [null] : shown.map(({ durationMs }) => durationMs)).toContain(blackout.blackoutMs);
    expect(blackout.gap).toBe(shown.length === 0 ? gap : null);
  });

  test('dropped packets: silence and lost time agree with the changes of the rule', () => {
    const all = compared(drops, 'dropped');
    expect(all).toHaveLength(5);
    expect(all.flatMap((each) => offences(each, 'dropped'))).toEqual([]);
    const unseen = all.filter(
      ({ silence, lengthMs, toleranceMs }) => silence === null && lengthMs > toleranceMs + PERIOD_MS,
    );
    expect(unseen).toEqual([]);
    for (const { began, ended } of drops) {
      const during = records.filter(
        ({ target, sentAtMs }) => target === 'g2' && sentAtMs > began[1] && sentAtMs < ended[0],
      );
      // One at most: the prober may have been held up between its stamp and the sending.
      expect(during.filter(({ answeredAtMs }) => answeredAtMs !== null).length).toBeLessThanOrEqual(1);
    }
  });

  test('neither shows in the VM beside it or in the echo of its host', () => {
    const [longest] = [...pauses].sort((a, b) => b.ended[0] - b.began[0] - (a.ended[0] - a.began[0]));
    if (longest === undefined) throw new Error('no pause');
    for (const beside of ['g3', 'h1']) {
      const during = records.filter(
        ({ target, sentAtMs }) => target === beside && sentAtMs > longest.began[1] && sentAtMs < longest.ended[0],
      );
      expect(during.length).toBeGreaterThan(100);
      expect(during.filter(({ answeredAtMs }) => answeredAtMs !== null).length / during.length).toBeGreaterThan(0.9);
    }
  });
});
