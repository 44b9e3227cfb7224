import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { droverHome } from '../../client/home';
import { labPaths } from '../../lab/kvm/lab-paths';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import type { Results } from '../../store/read-results';
import type { BlackoutRow, MigrationRow } from '../../store/types';
import { onHost } from '../hypervisors/libvirt/lab-site';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { CampaignWorld } from './campaign-world';
import { until } from './until';

jest.setTimeout(900_000);

const ID = 'kvm-campaign';

/** A blackout was measured, within its bounds, or its row says why not. */
function flaws({
  blackout_ms,
  blackout_low_ms,
  blackout_high_ms,
  blackout_located_by,
  blackout_gap,
}: MigrationRow | BlackoutRow) {
  if (blackout_ms === null) return blackout_gap === null ? ['neither blackout nor gap'] : [];
  return [
    (blackout_low_ms ?? Infinity) <= blackout_ms ? null : 'below its lower bound',
    (blackout_high_ms ?? 0) >= blackout_ms ? null : 'above its upper bound',
    blackout_located_by === null ? 'not located' : null,
  ].filter((flaw) => flaw !== null);
}

describeOnKvmLab(`a campaign on ${KVM_LAB}`, () => {
  let root: string;
  let lab: TestLab;
  let world: CampaignWorld;
  let shell: RemoteShell;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-campaign-'));
    lab = await openTestLab(3, 3);
    shell = createSshShell();
    world = await CampaignWorld.open(root, siteWithVantage(), {
      home: droverHome(),
      temporal: temporalBinary('temporal'),
    });
    world.startWorker();
  });
  afterAll(async () => {
    await world.close();
    await shell.close();
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  });

  /** The lab's site file; probes are sent from its third host too. */
  function siteWithVantage(): string {
    const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
    const { sites } = parse(readFileSync(siteFile, 'utf8')) as { sites: Record<string, object> };
    const vantages = { roof: { address: lab.config.hosts['h3']?.host } };
    const path = join(root, 'sites.yaml');
    writeFileSync(path, stringify({ sites: { [lab.lab.name]: { ...sites[lab.lab.name], vantages } } }));
    return path;
  }

  /** Starts a campaign as a user does, with Temporal's own tool. */
  function startWithTemporal(spec: object, id: string): void {
    const file = join(root, `${id}.json`);
    writeFileSync(file, JSON.stringify(spec));
    const args = ['workflow', 'start', '--type', 'campaign', '--task-queue', 'drover', '--workflow-id', id];
    execFileSync(temporalBinary('temporal'), [...args, '--input-file', file, '--address', world.address]);
  }

  const spec = () => ({
    site: lab.lab.name,
    placement: { h1: ['g1'], h2: ['g2'], h3: ['g3'] },
    pattern: { kind: 'staircase', target: 'h2', upTo: 2, every: 12, reverse: true },
    load: { default: { dirty: { workingSetMib: 32, mibPerS: 8 } } },
    measure: { background: 15, sampleEvery: 2 },
  });

  /** Migrates g3 past drover, as an administrator would. */
  async function startForeign(): Promise<void> {
    const command = 'virsh migrate --live --p2p --persistent --bandwidth 12 g3 qemu+ssh://root@h1/system';
    await onHost(lab, shell, 'h3', `setsid ${command} </dev/null >/dev/null 2>&1 &`);
  }

  async function run(): Promise<Results> {
    startWithTemporal(spec(), ID);
    const handle = world.campaign(ID);
    await until('the background begins', async () => {
      const progress = await handle.query<{ backgroundUntilMs: number | null }>('progress').catch(() => null);
      return (progress?.backgroundUntilMs ?? null) !== null;
    });
    await startForeign();
    const { result, results } = await world.end(handle);
    expect(result).toMatchObject({ outcome: 'completed', failure: null, migrations: { total: 2, succeeded: 2 } });
    return results;
  }

  it('leaves rows whose figures say where they come from, and nothing in guests and on hosts', async () => {
    const { migrations, silences, probes, clocks, blackouts, campaign } = await run();
    const own = migrations.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover');
    expect(own.map(({ vm, from, to }) => `${vm} ${from ?? '?'} ${to}`)).toEqual(['g1 h1 h2', 'g1 h2 h1']);
    for (const row of own) {
      expect(row).toMatchObject({ outcome: 'succeeded', provenance: 'observed', attempts: 1 });
      expect(row.downtime_ms).toBeGreaterThan(0);
      expect(row.transferred_bytes).toBeGreaterThan(0);
      expect(row.iterations).toBeGreaterThan(0);
      expect(row.migration_ms).toBeGreaterThanOrEqual(row.hypervisor_ms ?? Infinity);
      expect(flaws(row)).toEqual([]);
    }
    expect(own.some(({ blackout_ms }) => blackout_ms !== null)).toBe(true);
    expect(silences.length).toBeGreaterThan(0);
    expect(new Set(probes.map(({ target }) => target))).toEqual(new Set(['g1', 'g2', 'g3', 'h1', 'h2', 'h3']));
    expect(campaign.prober?.periodMs).toBe(5);

    const vantages = [hostname(), 'roof'];
    expect(blackouts.map(({ action, vantage }) => [vantage, action])).toEqual(
      vantages.flatMap((vantage) => migrations.map(({ action }) => [vantage, action])),
    );
    expect(blackouts.flatMap(flaws)).toEqual([]);
    for (const vantage of vantages) {
      expect(blackouts.some((row) => row.vantage === vantage && row.blackout_ms !== null)).toBe(true);
      expect(clocks.some((row) => row.machine_kind === 'vantage' && row.machine === vantage)).toBe(true);
      const probed = probes.filter((row) => row.vantage === vantage && row.answered > 0);
      expect(new Set(probed.map(({ target }) => target)).size).toBe(6);
    }

    const [foreign] = migrations.filter(({ origin }) => origin === 'other');
    expect(foreign).toMatchObject({ vm: 'g3', from: 'h3', provenance: 'recovered', migration_ms: null });

    for (const vm of ['g1', 'g2', 'g3']) {
      const command = 'ls -A /run/drover-agents 2>/dev/null; pidof drover-agent; true';
      const { stdout } = await shell.exec(lab.guest(vm), command);
      expect(stdout.trim()).toBe('');
    }
    for (const host of ['h1', 'h2', 'h3']) {
      const left = await onHost(lab, shell, host, 'ls /run/drover-agents /run/drover/intents 2>/dev/null; true');
      expect(left.replaceAll(/^\/run.*:$/gm, '').trim()).toBe('');
    }
  });

  it('ends with InvalidSpec and every problem for a bad spec', () => {
    startWithTemporal({ site: 'nowhere', placement: { h1: ['g1'] }, patern: {} }, 'bad');
    const args = ['workflow', 'result', '--workflow-id', 'bad', '--address', world.address];
    const result = (): string => {
      try {
        return execFileSync(temporalBinary('temporal'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return stdout + stderr;
      }
    };
    const said = result();
    expect(said).toContain('FAILED');
    expect(said).toContain('nowhere');
    expect(said).toContain('patern');
    expect(said).toContain('did you mean');
  });
});
