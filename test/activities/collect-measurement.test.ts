import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createCollectMeasurement } from '../../activities/collect-measurement';
import { COLLECTION_STATE, vantageState } from '../../activities/collection-state';
import type { ProbeHarvest } from '../../agents/probe-types';
import type { CollectionState } from '../../measurement/collection';
import { simulateProbes } from '../measurement/simulated-probes';
import { CAMPAIGN, FakeProber, openMeasured, StandingClock } from './measurement-store';

// DuckDB takes seconds on a loaded machine.
jest.setTimeout(60_000);

const START_MS = 1_772_442_000_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const records = ['g1', 'h1'].flatMap((target, index) =>
  simulateProbes({
    target,
    fromMs: START_MS,
    untilMs: START_MS + 130_000,
    periodMs: 5,
    pauses: [{ fromMs: START_MS + 60_001 + index * 500, untilMs: START_MS + 60_301 + index * 500, kind: 'queued' }],
  }),
);
records.sort((a, b) => a.sentAtMs - b.sentAtMs);

describe('collectMeasurement', () => {
  let root = '';
  let clock = new StandingClock(0);
  let opened: Awaited<ReturnType<typeof openMeasured>>;
  let collect = createCollectMeasurement({} as never);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-collect-'));
    clock = new StandingClock(START_MS + 130_000);
    opened = await openMeasured(root, clock);
    opened.prober.records = records;
    collect = createCollectMeasurement(opened.dependencies);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const run = (last: boolean, environment = new MockActivityEnvironment()) =>
    environment.run(collect, { site: 'lab', campaignId: CAMPAIGN, directory: opened.directory, last });
  const state = async () => (await opened.store.readState(opened.directory, COLLECTION_STATE)) as CollectionState;
  const stored = async () => ({
    silences: await opened.store.rows(opened.directory, 'silences'),
    probes: await opened.store.rows(opened.directory, 'probes'),
  });

  it('renews leases, stores silences and minutes, and ends after a minute', async () => {
    await run(false);
    expect(clock.nowMs() - START_MS).toBe(190_000);
    expect(opened.renewals).toMatchObject([{ campaignId: CAMPAIGN, vms: ['g1'], hosts: ['h1', 'h2'] }]);
    const { silences, probes } = await stored();
    expect(silences.map(({ target, target_kind, start }) => [target, target_kind, start - START_MS])).toEqual([
      ['g1', 'vm', 60_005],
      ['h1', 'host', 60_505],
    ]);
    expect(silences[0]).toMatchObject({ campaign: CAMPAIGN, role: null, open: false });
    expect(probes.map(({ target, sent }) => [target, sent])).toEqual(
      ['g1', 'h1'].flatMap((target) => [
        [target, 12_000],
        [target, 12_000],
      ]),
    );
    expect(await state()).toMatchObject({ cursor: String(records.length), closed: false, gaps: [] });
  });

  it("reads the clock of the vantage's records each minute; one that cannot be read now is left out", async () => {
    await run(false);
    jest.spyOn(opened.prober, 'clock').mockRejectedValueOnce(new Error('gone')).mockResolvedValueOnce(null);
    await run(false);
    await run(false);
    const { vantage } = await state();
    expect(await opened.store.rows(opened.directory, 'clocks')).toEqual([
      { campaign: CAMPAIGN, machine: vantage, machine_kind: 'vantage', at: 7, offset_ms: 0.25, uncertainty_ms: 0.5 },
    ]);
  });

  it('goes on from the stored cursor, and counts nothing twice', async () => {
    opened.prober.atOnce = 7_001;
    await run(false);
    const before = opened.prober.cursors.length;
    await run(false);
    expect(opened.prober.cursors[before]).toBe(String(records.length));
    await run(true);
    const { silences, probes } = await stored();
    expect(silences).toHaveLength(2);
    expect(probes.reduce((sum, { sent }) => sum + sent, 0)).toBe(records.length);
  });

  it('stores the same again if it died between rows and state', async () => {
    const whole = await openMeasured(join(root, 'whole'), new StandingClock(clock.nowMs()));
    whole.prober.records = records;
    await new MockActivityEnvironment().run(createCollectMeasurement(whole.dependencies), {
      site: 'lab',
      campaignId: CAMPAIGN,
      directory: whole.directory,
      last: true,
    });
    opened.prober.atOnce = 9_999;
    const { store, directory } = opened;
    const writeState = store.writeState.bind(store);
    let writes = 0;
    store.writeState = (...given) => (++writes % 3 === 2 ? Promise.reject(new Error('killed')) : writeState(...given));
    const deaths: string[] = [];
    while (!((await store.readState(directory, COLLECTION_STATE)) as CollectionState | null)?.closed)
      await run(true).catch((error: unknown) => deaths.push(error instanceof Error ? error.message : String(error)));
    expect(new Set(deaths)).toEqual(new Set(['killed']));
    const inOrder = <T extends { target: string }>(rows: readonly T[]) =>
      [...rows].sort((a, b) => a.target.localeCompare(b.target));
    const expected = {
      silences: await whole.store.rows(whole.directory, 'silences'),
      probes: await whole.store.rows(whole.directory, 'probes'),
    };
    const found = await stored();
    expect(inOrder(found.silences)).toEqual(inOrder(expected.silences));
    expect(inOrder(found.probes)).toEqual(inOrder(expected.probes));
  });

  it('settles everything at the end, once', async () => {
    opened.prober.records = records.filter(({ sentAtMs }) => sentAtMs < START_MS + 60_200);
    await run(true);
    expect(opened.prober.stopped).toBe(1);
    expect(await state()).toMatchObject({ closed: true });
    await run(true);
    expect(opened.prober.stopped).toBe(1);
    expect((await stored()).silences).toMatchObject([{ target: 'g1', open: false }]);
  });

  it('makes a dead prober a gap with its reason and starts it again', async () => {
    const down = records.filter(({ sentAtMs }) => sentAtMs < START_MS + 20_000 || sentAtMs >= START_MS + 50_000);
    opened.prober.records = down.filter(({ sentAtMs }) => sentAtMs < START_MS + 20_000);
    clock.set(START_MS + 49_000);
    opened.prober.renewed = () => {
      throw new Error('its lease ended');
    };
    await run(false);
    expect(opened.prober.ensured).toBe(1);
    opened.prober.renewed = () => undefined;
    opened.prober.records = down;
    await run(true);
    const reason = 'the prober did not run: its lease ended';
    expect((await state()).gaps).toEqual(
      ['g1', 'h1'].map((target) => ({ target, fromMs: START_MS + 19_995, untilMs: START_MS + 50_000, reason })),
    );
    expect((await stored()).silences.map(({ start }) => start - START_MS)).toEqual([60_005, 60_505]);
  });

  it('goes on measuring while a site cannot be reached', async () => {
    const unreachable = { ...opened.dependencies, sites: { connect: () => Promise.reject(new Error('no route')) } };
    collect = createCollectMeasurement(unreachable as never);
    await run(false);
    expect((await stored()).silences).toHaveLength(2);
  });

  describe('with a further vantage', () => {
    let roof = new FakeProber();
    const stateOfRoof = async () =>
      (await opened.store.readState(opened.directory, vantageState('roof'))) as CollectionState;
    beforeEach(async () => {
      roof = new FakeProber();
      roof.records = records.filter(({ sentAtMs }) => sentAtMs < START_MS + 61_000);
      const vantages = { names: ['roof'], prober: () => roof };
      const connect = async () => ({ ...(await opened.dependencies.sites.connect('lab')), vantages });
      collect = createCollectMeasurement({ ...opened.dependencies, sites: { connect } } as never);
      await opened.store.updateCampaign(opened.directory, { vantages: ['roof'] });
    });

    it('keeps a cursor, silences, minutes and a clock of its own', async () => {
      await run(false);
      await run(true);
      const { silences, probes } = await stored();
      const { vantage: own } = await state();
      expect(silences.map(({ vantage, target }) => `${vantage} ${target}`).sort()).toEqual(
        [`${own} g1`, `${own} h1`, 'roof g1', 'roof h1'].sort(),
      );
      const sent = (from: string) =>
        probes.filter(({ vantage }) => vantage === from).reduce((sum, row) => sum + row.sent, 0);
      expect([sent(own), sent('roof')]).toEqual([records.length, roof.records.length]);
      expect(await stateOfRoof()).toMatchObject({ vantage: 'roof', cursor: String(roof.records.length), closed: true });
      expect((await opened.store.rows(opened.directory, 'clocks')).map(({ machine }) => machine).sort()).toEqual(
        [own, 'roof'].sort(),
      );
      expect(roof.stopped).toBe(1);
    });

    it('that is dead stops nothing: what it misses is a gap with its reason', async () => {
      await run(false);
      const dead = () => Promise.reject(new Error('no route to roof'));
      for (const call of ['renew', 'ensure', 'collect', 'clock', 'stop'] as const)
        jest.spyOn(roof, call).mockImplementation(dead);
      clock.set(START_MS + 200_000);
      await run(false);
      await run(true);
      expect(await state()).toMatchObject({ closed: true, gaps: [] });
      const { closed, gaps } = await stateOfRoof();
      expect(closed).toBe(true);
      expect(gaps.map(({ target, fromMs, reason }) => [target, fromMs - START_MS, reason])).toEqual(
        ['g1', 'h1'].map((target) => [target, 60_995, 'the prober did not run: no route to roof']),
      );
    });

    it('that could not be started with the others is started as soon as it can be', async () => {
      jest.spyOn(roof, 'renew').mockRejectedValueOnce(new Error('none was started'));
      jest.spyOn(roof, 'collect').mockRejectedValueOnce(new Error('none was started'));
      await run(false);
      expect(roof.ensured).toBe(1);
      expect(await stateOfRoof()).toMatchObject({ cursor: String(roof.records.length) });
    });

    it('is let go before a segment that fails is over, so that nothing is stored beside the next one', async () => {
      let answer: (harvest: ProbeHarvest) => void = () => undefined;
      let calls = 0;
      const asked = new Promise<void>((resolve) => {
        jest.spyOn(roof, 'collect').mockImplementation(() => {
          calls += 1;
          resolve();
          return new Promise((given) => (answer = given));
        });
      });
      jest.spyOn(opened.prober, 'collect').mockImplementation(async () => {
        await asked;
        throw new Error('the disk is full');
      });
      let ended: unknown = 'not yet';
      const running = run(false).catch((error: unknown) => (ended = error));
      await asked;
      await pause();
      expect(ended).toBe('not yet');
      answer({ records: roof.records, gaps: [], cursor: '7', more: false });
      expect(await running).toEqual(new Error('the disk is full'));
      expect(calls).toBe(1);
      expect(await stateOfRoof()).toMatchObject({ cursor: '7' });
    });

    it('that the site file does not name any more is a gap too', async () => {
      collect = createCollectMeasurement(opened.dependencies);
      await run(false);
      await run(true);
      const { outages, closed } = await stateOfRoof();
      expect(closed).toBe(true);
      expect(outages[0]?.reason).toContain('vantage roof cannot be used');
    });
  });

  it('ends early when it is cancelled, with everything stored', async () => {
    clock.held = true;
    const environment = new MockActivityEnvironment();
    const running = run(false, environment);
    while ((await opened.store.readState(opened.directory, COLLECTION_STATE)) === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    environment.cancel();
    await running;
    expect(await state()).toMatchObject({ cursor: String(records.length) });
  });

  it('lets an older segment end before a newer one reads the state', async () => {
    clock.held = true;
    const older = run(false);
    while (opened.prober.cursors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await run(true);
    await older;
    expect((await stored()).silences).toHaveLength(2);
    expect(await state()).toMatchObject({ closed: true });
    expect(opened.prober.cursors.filter((cursor) => cursor === null)).toHaveLength(1);
  });
});
