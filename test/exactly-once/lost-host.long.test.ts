import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { labPaths } from '../../lab/kvm/lab-paths';
import { CampaignWorld } from '../campaigns/campaign-world';
import { processesNaming, processesOfHost, signalAll } from '../campaigns/find-processes';
import { until } from '../campaigns/until';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';

const WITHIN_MS = 5_400_000;
jest.setTimeout(WITHIN_MS + 300_000);

/** Power is cut: everything of a host ends at once, and nobody starts it again. */
function cutPower(lab: TestLab, host: string): void {
  const outside = processesNaming(join(lab.directory, host));
  signalAll([...new Set([...processesOfHost(lab.directory, host), ...outside].map(({ pid }) => pid))], 'SIGKILL');
}

describeOnKvmLab(`a host that never comes back, on ${KVM_LAB}`, () => {
  let root: string;
  let lab: TestLab;
  let world: CampaignWorld;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-lost-host-'));
    lab = await openTestLab(3, 4);
    const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
    world = await CampaignWorld.open(root, labPaths(lab.lab.name, lab.lab.suite).siteFile, fromSetUp);
    world.startWorker();
  });
  afterAll(async () => {
    await world.close();
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  });

  test('fails what needs it, with the reason; the rest of the plan goes on, to the report', async () => {
    const handle = await world.startCampaign({
      site: lab.lab.name,
      placement: { h1: ['g1', 'g4'], h2: ['g2'], h3: ['g3'] },
      actions: [
        { id: 'leaves', migrate: 'g1', to: 'h2', at: '1s' },
        { id: 'enters', migrate: 'g2', to: 'h1', at: '60s' },
        { id: 'was-there', migrate: 'g4', to: 'h2', at: '61s' },
        { id: 'elsewhere', migrate: 'g3', to: 'h2', at: '62s' },
      ],
      measure: { background: '5s' },
      // Slow enough to be under way when its source ends.
      options: { whenBusy: 'postpone-one', bandwidthMibPerS: 1 },
    });
    await until('g1 is on its way', () => lab.qemuLog('h2', 'g1').includes('-incoming'), 120_000);
    cutPower(lab, 'h1');
    const { result, results } = await world.end(handle, WITHIN_MS);
    expect(result).toMatchObject({ outcome: 'completed', failure: null });
    const ends = new Map(results.migrations.map(({ action, outcome, error }) => [action, { outcome, error }]));
    const like = (text: RegExp): string => expect.stringMatching(text) as string;
    expect(Object.fromEntries(ends)).toMatchObject({
      leaves: { outcome: 'failed', error: like(/is not known: for 30 minutes h1 and h2 .* asked about g1: Host h1/) },
      enters: { outcome: 'failed', error: like(/^Host h1: No SSH connection/) },
      'was-there': { outcome: 'failed', error: like(/^Host h1: No SSH connection/) },
      elsewhere: { outcome: 'succeeded' },
    });
    expect(existsSync(result.report)).toBe(true);
    const [leaves] = results.migrations.filter(({ action }) => action === 'leaves');
    expect(leaves).toMatchObject({ requested: expect.any(Number) as number, finished: null, migration_ms: null });
  });
});
