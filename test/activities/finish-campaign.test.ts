import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createCollectMeasurement } from '../../activities/collect-measurement';
import { createFinishCampaign } from '../../activities/finish-campaign';
import { readTable } from '../../store/tables';
import type { MigrationRow } from '../../store/types';
import { simulateProbes } from '../measurement/simulated-probes';
import { migrationRow } from '../report/fixture';
import { CAMPAIGN, FakeProber, openMeasured, StandingClock } from './measurement-store';

// DuckDB and the report take seconds on a loaded machine.
jest.setTimeout(60_000);

const ZERO_MS = 1_772_442_000_000;

/** As recordMigration stores it: nothing of what it cost on the network is known yet. */
function row(action: string, kind: 'migrate' | 'place', requested: number, failed = false): MigrationRow {
  const due = kind === 'place' ? null : requested - 1;
  return {
    ...migrationRow({ vm: 'g1', from: 'h1', to: 'h2', seconds: 2, blackout: null }, 0),
    campaign: CAMPAIGN,
    action,
    kind,
    due,
    effective_due: due,
    requested,
    finished: requested + 2_000,
    outcome: failed ? 'failed' : 'succeeded',
    lateness_ms: due === null ? null : 1,
    vantage: null,
    noise_floor_ms: null,
    brownout_ms: null,
  };
}

describe('finishCampaign', () => {
  let root = '';
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'drover-finish-'))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function finishTwice(probed: boolean) {
    const clock = new StandingClock(ZERO_MS + 60_000);
    const { dependencies, directory, prober, store } = await openMeasured(root, clock);
    await store.updateCampaign(directory, {
      background: { from: ZERO_MS - 10_000, until: ZERO_MS },
      timeZero: ZERO_MS,
    });
    await store.append(directory, 'migrations', [
      row('place-g1', 'place', ZERO_MS - 20_000),
      row('a1', 'migrate', ZERO_MS + 1),
      row('a2', 'migrate', ZERO_MS + 20_001, true),
    ]);
    if (probed) {
      prober.records = simulateProbes({
        fromMs: ZERO_MS - 25_000,
        untilMs: ZERO_MS + 50_000,
        periodMs: 5,
        pauses: [
          { fromMs: ZERO_MS - 6_999, untilMs: ZERO_MS - 6_939, kind: 'queued' },
          { fromMs: ZERO_MS + 501, untilMs: ZERO_MS + 1_301, kind: 'queued' },
          { fromMs: ZERO_MS + 1_801, untilMs: ZERO_MS + 1_981, kind: 'lost', stopsClock: true },
        ],
      });
      await new MockActivityEnvironment().run(createCollectMeasurement(dependencies), {
        site: 'lab',
        campaignId: CAMPAIGN,
        directory,
        last: true,
      });
    }
    const finishCampaign = createFinishCampaign(dependencies);
    const finish = () =>
      new MockActivityEnvironment().run(finishCampaign, { directory, outcome: 'aborted' as const, failure: null });
    const files = () =>
      Promise.all(
        ['migrations.csv', 'actions.csv', 'silences.csv', 'probes.csv', 'campaign.json', 'report.html'].map((name) =>
          readFile(join(directory, name), 'utf8'),
        ),
      );
    const finished = await finish();
    const first = await files();
    clock.set(ZERO_MS + 99_000);
    await finish();
    expect(await files()).toEqual(first);
    return { finished, directory, store };
  }

  it('adds blackouts and roles, keeps failures, and gives the same files again', async () => {
    const { finished, directory, store } = await finishTwice(true);
    expect(finished).toEqual({ report: join(directory, 'report.html'), migrations: { total: 2, succeeded: 1 } });
    const [placed, moved, failed] = await readTable(directory, 'migrations');
    expect(placed).toMatchObject({ action: 'place-g1', blackout_ms: null, blackout_below_noise: null });
    expect(placed?.blackout_gap).toContain('shorter than can be seen');
    expect(moved).toMatchObject({
      action: 'a1',
      blackout_located_by: 'guest-clock',
      blackout_below_noise: false,
      lost_ms: 180,
    });
    expect(moved?.blackout_low_ms).toBeLessThanOrEqual(180);
    expect(moved?.blackout_high_ms).toBeGreaterThanOrEqual(180);
    expect(moved?.guest_stop_ms).toBeCloseTo(180, 3);
    expect(moved?.brownout_ms).toBeCloseTo(796.1, 3);
    expect(moved?.noise_floor_ms).toBeCloseTo(56.1, 3);
    expect(failed).toMatchObject({
      action: 'a2',
      outcome: 'failed',
      blackout_ms: null,
      blackout_gap: 'the migration did not switch over',
      brownout_ms: 0,
    });
    const silences = await readTable(directory, 'silences');
    expect(silences.map(({ role }) => role)).toEqual(['background', 'brownout', 'blackout']);
    const actions = await readTable(directory, 'actions');
    expect(actions).toMatchObject([
      { action: 'a1', due: ZERO_MS, happened: ZERO_MS + 1, lateness_ms: 1, outcome: 'succeeded' },
      { action: 'a2', outcome: 'failed' },
      { action: 'end', kind: 'end', due: ZERO_MS + 40_000, happened: null, outcome: 'not reached' },
    ]);
    expect(await store.readCampaign(directory)).toMatchObject({ outcome: 'aborted', finishedAt: ZERO_MS + 60_000 });
  });

  it('tells for how long source or target was silent in a blackout', async () => {
    const { dependencies, directory, prober, store } = await openMeasured(root, new StandingClock(ZERO_MS + 60_000));
    await store.updateCampaign(directory, { timeZero: ZERO_MS });
    await store.append(directory, 'migrations', [row('a1', 'migrate', ZERO_MS + 1)]);
    const probed = (target: string, fromMs: number, lengthMs: number) =>
      simulateProbes({
        ...{ target, fromMs: ZERO_MS - 25_000, untilMs: ZERO_MS + 50_000, periodMs: 5 },
        pauses: [{ fromMs: ZERO_MS + fromMs, untilMs: ZERO_MS + fromMs + lengthMs, kind: 'lost' }],
      });
    prober.records = [...probed('g1', 1_801, 500), ...probed('h1', 1_201, 700), ...probed('h2', 9_001, 100)];
    const environment = new MockActivityEnvironment();
    await environment.run(createCollectMeasurement(dependencies), {
      ...{ site: 'lab', campaignId: CAMPAIGN, directory, last: true },
    });
    await environment.run(createFinishCampaign(dependencies), {
      ...{ directory, outcome: 'completed' as const, failure: null },
    });

    const [migration] = await readTable(directory, 'migrations');
    const [blackout] = await readTable(directory, 'blackouts');
    expect(migration?.blackout_ms).toBeGreaterThan(490);
    // Until h1 is heard again 100 ms after g1 fell silent; a probe period more or less.
    expect(Math.abs((migration?.host_silent_ms ?? Infinity) - 100)).toBeLessThanOrEqual(5);
    expect(blackout?.host_silent_ms).toBe(migration?.host_silent_ms);
  });

  it('judges every vantage by itself; one that saw nothing says why', async () => {
    const clock = new StandingClock(ZERO_MS + 60_000);
    const { dependencies, directory, prober, store } = await openMeasured(root, clock);
    await store.updateCampaign(directory, { timeZero: ZERO_MS, vantages: ['roof', 'cellar'] });
    await store.append(directory, 'migrations', [row('a1', 'migrate', ZERO_MS + 1)]);
    const probesWithPause = (lengthMs: number) =>
      simulateProbes({
        fromMs: ZERO_MS - 25_000,
        untilMs: ZERO_MS + 50_000,
        periodMs: 5,
        pauses: [{ fromMs: ZERO_MS + 1_801, untilMs: ZERO_MS + 1_801 + lengthMs, kind: 'lost', stopsClock: true }],
      });
    const roof = new FakeProber();
    const cellar = new FakeProber();
    jest.spyOn(cellar, 'collect').mockRejectedValue(new Error('no route to cellar'));
    prober.records = probesWithPause(180);
    roof.records = probesWithPause(900);
    const vantages = {
      names: ['roof', 'cellar'],
      prober: (_: string, name: string) => (name === 'roof' ? roof : cellar),
    };
    const connect = async () => ({ ...(await dependencies.sites.connect('lab')), vantages });
    const collect = createCollectMeasurement({ ...dependencies, sites: { connect } } as never);
    const environment = new MockActivityEnvironment();
    await environment.run(collect, { site: 'lab', campaignId: CAMPAIGN, directory, last: true });
    const finish = createFinishCampaign(dependencies);
    await environment.run(finish, { directory, outcome: 'completed' as const, failure: null });

    const [own, seenFromRoof, seenFromCellar] = await readTable(directory, 'blackouts');
    const [migration] = await readTable(directory, 'migrations');
    expect(migration).toMatchObject({ vantage: own?.vantage, blackout_ms: own?.blackout_ms, lost_ms: own?.lost_ms });
    expect([own, seenFromRoof].map((each) => [each?.action, each?.vm, each?.lost_ms, each?.blackout_gap])).toEqual([
      ['a1', 'g1', 180, null],
      ['a1', 'g1', 900, null],
    ]);
    expect(seenFromRoof?.vantage).toBe('roof');
    expect(seenFromCellar).toMatchObject({
      vantage: 'cellar',
      blackout_ms: null,
      blackout_gap: 'g1 was not probed: the prober did not run: no route to cellar',
    });
    expect((await readTable(directory, 'silences')).map(({ role }) => role)).toEqual(['blackout', 'blackout']);
    const report = await readFile(join(directory, 'report.html'), 'utf8');
    expect(report).toContain('From each vantage');
    expect(report).toContain('no route to cellar');
  });

  it('waits for a disk that is full when the report is written, in a thread whose errors are copies', async () => {
    const { dependencies, directory } = await openMeasured(root, new StandingClock(ZERO_MS));
    const full = Object.assign(new Error('the disk is full. Free some space.'), {
      name: 'StoreError',
      code: 'disk-full',
    });
    const finish = createFinishCampaign({ ...dependencies, writeReport: () => Promise.reject(full) });
    const finished = new MockActivityEnvironment({ attempt: 300 }).run(finish, {
      ...{ directory, outcome: 'completed' as const, failure: null },
    });
    await expect(finished).rejects.toMatchObject({ type: 'disk-full', nonRetryable: false });
    expect(await readTable(directory, 'actions')).toHaveLength(3);
  });

  it('says why there is no figure where nothing was probed', async () => {
    const { directory } = await finishTwice(false);
    for (const found of await readTable(directory, 'migrations')) {
      expect(found).toMatchObject({
        vantage: null,
        blackout_ms: null,
        blackout_gap: 'g1 was not probed',
        noise_floor_ms: null,
      });
    }
  });
});
