import { setTimeout as sleep } from 'node:timers/promises';
import { measureBlackout, noiseFloor } from '../../measurement/blackout';
import type { ProbeRecord, Silence } from '../../measurement/types';
import { useBuiltAgent } from '../agents/use-built-agent';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { CalibrationLab, silencesOf } from './calibration-lab';
import { compare, type Compared } from './compare';
import { dropPackets, pauseVm } from './disturbances';
import { offences } from './offences';
import { residualsTable } from './residuals-table';
import { lengthOf, type Truth } from './truth';
import { migrateToAndFro, type WatchedMigration } from './watched-migrations';

jest.setTimeout(1_800_000);

const PERIOD_MS = 5;
const PROMPT_MS = 30;
/** A pause of 20 ms is shorter than the usual prompt limit: it is judged by this one. */
const SHARP_PROMPT_MS = 10;
/** Fewer of them do for a first look. */
const ROUNDS = Number(process.env['DROVER_CALIBRATION_ROUNDS'] ?? '10');
const BACKGROUND_MS = 60_000;
const DURATIONS_MS = [100, 20, 500, 50, 2_000, 5_000];
const { program, home } = useBuiltAgent();

/** What really happened, by what it was meant to be, ms. */
type Truths = ReadonlyMap<number, readonly Truth[]>;

describeOnKvmLab(`calibration on ${KVM_LAB}`, () => {
  let calibration: CalibrationLab;
  let records: readonly ProbeRecord[] = [];
  let background: readonly [number, number] = [0, 0];
  let pauses: Truths = new Map();
  let drops: Truths = new Map();
  let migrations: readonly WatchedMigration[] = [];
  let silences: readonly Silence[] = [];
  let sharp: readonly Silence[] = [];

  /** Disturbs two VMs on two hosts at once; the third one idles. */
  async function disturb(how: typeof pauseVm): Promise<Truths> {
    const { lab, shell } = calibration;
    const durationsMs = Array.from({ length: ROUNDS }, () => DURATIONS_MS).flat();
    const both = await Promise.all(
      (['1', '2'] as const).map(async (n) =>
        how({ lab, shell, host: `h${n}`, vm: `g${n}`, durationsMs, apartMs: 1_100 }),
      ),
    );
    return new Map(
      [...DURATIONS_MS]
        .sort((a, b) => a - b)
        .map((ms) => [ms, both.flatMap((truths) => truths.filter((_, index) => durationsMs[index] === ms))]),
    );
  }

  beforeAll(async () => {
    calibration = await CalibrationLab.open({ home: home(), program }, 3, PERIOD_MS);
    await sleep(5_000);
    const from = Date.now();
    await sleep(BACKGROUND_MS);
    background = [from, Date.now()];
    pauses = await disturb(pauseVm);
    drops = await disturb(dropPackets);
    migrations = await migrateToAndFro(calibration.lab, calibration.shell, { g1: 'h1', g2: 'h2' }, 6);
    records = await calibration.stop();
    silences = silencesOf(records, { promptMs: PROMPT_MS, periodMs: PERIOD_MS });
    sharp = silencesOf(records, { promptMs: SHARP_PROMPT_MS, periodMs: PERIOD_MS });
  });
  afterAll(async () => calibration.close());

  const observed = () => ({ records, control: 'g3', periodMs: PERIOD_MS });

  function compared(truths: Truths, kind: 'paused' | 'dropped'): ReadonlyMap<number, readonly Compared[]> {
    return new Map(
      [...truths].map(([ms, each]) => [
        ms,
        each.map((truth) => compare(truth, kind, ms < PROMPT_MS ? sharp : silences, observed())),
      ]),
    );
  }

  test.each(['paused', 'dropped'] as const)('VMs %s for 20 ms to 5 s: every figure and bound', (kind) => {
    const groups = compared(kind === 'paused' ? pauses : drops, kind);
    process.stdout.write(`\nResiduals, ${kind}, ms: median (largest)\n${residualsTable(kind, groups)}\n`);
    const all = [...groups.values()].flat();
    expect(all).toHaveLength(2 * ROUNDS * DURATIONS_MS.length);
    expect(all.flatMap((each) => offences(each, kind))).toEqual([]);
    expect(
      all.filter(({ silence, lengthMs, toleranceMs }) => silence === null && lengthMs > PROMPT_MS + toleranceMs),
    ).toEqual([]);
  });

  test('the background of idle VMs gives their noise floor, and pauses of half a second stand out of it', () => {
    for (const vm of ['g1', 'g2', 'g3']) {
      const own = silences.filter(({ target }) => target === vm);
      const floorMs = noiseFloor(own, ...background);
      const within = own.filter(({ startMs, endMs }) => startMs >= background[0] && endMs <= background[1]);
      process.stdout.write(`Noise floor of ${vm}: ${floorMs.toFixed(1)} ms (${String(within.length)} silences)\n`);
      expect(floorMs).toBeLessThan(500);
      for (const { durationMs } of within) expect(durationMs).toBeLessThanOrEqual(floorMs);
    }
  });

  test('concurrent migrations: each blackout is found at the switch-over that both QEMUs stamped', () => {
    expect(migrations.length).toBeGreaterThanOrEqual(8);
    const found = migrations.map(({ vm, requestedAtMs, finishedAtMs, switchOver }) => {
      const own = silences.filter(({ target }) => target === vm);
      const { blackout, silence } = measureBlackout(
        {
          requestedAtMs,
          finishedAtMs,
          switchedOver: true,
          downtimeMs: lengthOf(switchOver)[0],
          widenMs: 0,
          nextRequestedAtMs: null,
          hosts: null,
        },
        {
          vantage: 'here',
          silences: own,
          unmeasured: [],
          promptMs: PROMPT_MS,
          unseenMs: PROMPT_MS,
          noiseFloorMs: null,
        },
      );
      return { vm, switchOver, blackout, silence, compared: compare(switchOver, 'paused', own, observed()) };
    });
    for (const { vm, blackout, compared: each } of found)
      process.stdout.write(
        `${vm} stopped for ${each.lengthMs.toFixed(1)} ms: blackout ${blackout.blackoutMs?.toFixed(1) ?? 'unseen'} ms by ` +
          `${String(blackout.locatedBy)}, guest clock ${each.guestStopOffMs?.toFixed(1) ?? 'unknown, not'} ms off\n`,
      );
    const isThere = ({ silence, switchOver }: (typeof found)[number]): boolean =>
      silence !== null && silence.startMs < switchOver.ended[1] && silence.endMs > switchOver.began[0];
    const located = found.filter(({ silence, blackout }) => silence !== null && blackout.locatedBy !== 'ambiguous');
    expect(located.length).toBeGreaterThan(0);
    expect(located.filter((each) => !isThere(each))).toEqual([]);
    expect(found.filter(isThere).length).toBeGreaterThanOrEqual(0.75 * found.length);
  });
});
