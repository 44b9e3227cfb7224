import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { droverHome } from '../../client/home';
import { labPaths } from '../../lab/kvm/lab-paths';
import type { CollectionState } from '../../measurement/collection';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import type { Results } from '../../store/read-results';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { onHost } from '../hypervisors/libvirt/lab-site';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';

jest.setTimeout(900_000);

const OUTAGE_MS = 60_000;
const SAMPLE_EVERY_MS = 2_000;
const MACHINES = ['g1', 'g2', 'h1', 'h2'];

describeOnKvmLab(`a worker that is gone for a minute in the middle of a migration on ${KVM_LAB}`, () => {
  let root: string;
  let lab: TestLab;
  let shell: RemoteShell;
  let world: CampaignWorld;
  let results: Results;
  let killed: readonly [fromMs: number, untilMs: number] = [0, 0];
  let gaps: CollectionState['gaps'] = [];

  const spec = () => ({
    site: lab.lab.name,
    placement: { h1: ['g1'], h2: ['g2'] },
    actions: [
      { id: 'away', migrate: 'g1', to: 'h2', at: '0s' },
      { end: true, after: 'previous', pause: '15s' },
    ],
    load: { default: { dirty: { workingSetMib: 16, mibPerS: 2 } } },
    measure: { background: 10, sampleEvery: SAMPLE_EVERY_MS / 1_000 },
    // Slow enough to be in the middle of it when the worker is killed.
    options: { bandwidthMibPerS: 12 },
  });

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-outlive-'));
    lab = await openTestLab(2, 2);
    shell = createSshShell();
    const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
    world = await CampaignWorld.open(root, siteFile, { home: droverHome(), temporal: temporalBinary('temporal') });
    const worker = world.startWorker();
    const handle = await world.startCampaign(spec());
    await until('the migration runs', async () =>
      (await onHost(lab, shell, 'h1', 'virsh domjobinfo g1 2>/dev/null || true')).includes('Outgoing migration'),
    );
    const fromMs = Date.now();
    await worker.kill();
    await sleep(OUTAGE_MS);
    killed = [fromMs, Date.now()];
    world.startWorker();
    const ended = await world.end(handle);
    results = ended.results;
    const state = join(ended.result.directory, 'state', 'measurement.json');
    ({ gaps } = JSON.parse(readFileSync(state, 'utf8')) as CollectionState);
  });
  afterAll(async () => {
    await world.close();
    await shell.close();
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  });

  test('its blackout is there, within its bounds, and every probe of the minute', () => {
    const [row] = results.migrations.filter(({ action }) => action === 'away');
    expect(row).toMatchObject({ outcome: 'succeeded', provenance: 'recovered', blackout_gap: null });
    expect(row?.finished).toBeLessThan(killed[1]);
    expect(row?.blackout_ms).toBeGreaterThanOrEqual(row?.blackout_low_ms ?? Infinity);
    expect(row?.blackout_ms).toBeLessThanOrEqual(row?.blackout_high_ms ?? 0);
    expect(gaps).toEqual([]);
    for (const machine of MACHINES) {
      const own = results.probes.filter(({ target }) => target === machine).sort((a, b) => a.from - b.from);
      expect(own[0]?.from).toBeLessThan(killed[0]);
      expect(own.at(-1)?.until).toBeGreaterThan(killed[1]);
      // What the prober itself was late for is in its lateness; what it leaves out is a gap, and there is none.
      const holes = own.flatMap(({ from }, index) => (index === 0 ? [] : [from - (own[index - 1]?.until ?? 0)]));
      expect(Math.max(...holes)).toBeLessThan(1_000);
    }
  });

  test('every tick of the minute is there', () => {
    const { ledger } = results;
    if (ledger === null) throw new Error('there is no ledger');
    expect(ledger.entities.map(({ entity }) => entity).sort()).toEqual(MACHINES);
    expect(ledger.entities.filter(({ unaccounted }) => unaccounted > 0)).toEqual([]);
    // A virsh that does not answer in time on a busy host is a gap too; none may come of the worker's absence.
    const inOutage = ledger.gaps.filter(({ fromMs, untilMs }) => untilMs > killed[0] && fromMs < killed[1]);
    const missed = inOutage.reduce((sum, { ticks }) => sum + ticks, 0);
    expect(inOutage.filter(({ reason }) => !reason.includes('virsh'))).toEqual([]);
    expect(missed).toBeLessThan((0.5 * MACHINES.length * OUTAGE_MS) / SAMPLE_EVERY_MS);
  });

  test('clocks of hosts, guests and the vantage were read before and after it', () => {
    const read = new Set(
      results.clocks.map(({ machine_kind, machine, at }) => `${machine_kind} ${machine} ${String(at > killed[0])}`),
    );
    for (const host of ['h1', 'h2'])
      for (const after of [false, true]) expect(read).toContain(`host ${host} ${String(after)}`);
    // A guest that needs ten seconds for an answer is left out.
    for (const vm of ['g1', 'g2']) expect(read).toContain(`vm ${vm} false`);
    const vantages = results.clocks.filter(({ machine_kind }) => machine_kind === 'vantage');
    expect(vantages.length).toBeGreaterThanOrEqual(2);
    // The vantage is this machine, whose clock the test asks too.
    for (const { offset_ms, uncertainty_ms } of vantages) expect(Math.abs(offset_ms)).toBeLessThan(uncertainty_ms + 50);
  });

  test('nothing is left in guests, on hosts and here', async () => {
    const folders = '/run/drover-agents /dev/shm/drover-agents /run/drover/intents';
    const look = `ls -A ${folders} 2>/dev/null | grep -v ':$' | grep .; ps | grep '/[d]rover-agent-'; true`;
    for (const vm of ['g1', 'g2']) expect((await shell.exec(lab.guest(vm), look)).stdout.trim()).toBe('');
    for (const host of ['h1', 'h2']) expect(await onHost(lab, shell, host, look)).toBe('');
    expect(existsSync(join(root, 'home', 'probers'))).toBe(false);
  });
});
