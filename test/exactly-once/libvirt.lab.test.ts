import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { AWAKE_TICKS } from './awake-ticks';
import { differences } from './differences';
import { reachLibvirtMoments, type LibvirtMoments, type Pair } from './libvirt-moments';
import { until } from '../campaigns/until';

jest.setTimeout(1_200_000);

describeOnKvmLab(`every planned migration happens once on ${KVM_LAB}`, () => {
  let root: string;
  let lab: TestLab;
  let shell: RemoteShell;
  const opened: LibvirtMoments[] = [];

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-exactly-once-'));
    shell = createSshShell();
    lab = await openTestLab(2, 4);
  });

  afterAll(async () => {
    for (const moments of opened) await moments.close();
    await shell.close();
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  });

  async function reach(name: string, pair: Pair): Promise<LibvirtMoments> {
    const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
    const moments = await reachLibvirtMoments(root, name, { lab, shell, pair, fromSetUp });
    opened.push(moments);
    return moments;
  }

  /** Compares plan, rows and QEMU's logs. @returns provenance by action */
  async function happenedOnce(moments: LibvirtMoments): Promise<ReadonlyMap<string, string>> {
    const { result, results } = await moments.world.end(moments.handle);
    expect(differences(results.plan, results.migrations, moments.begun())).toEqual([]);
    expect(moments.left()).toBe(4);
    expect(result).toMatchObject({ outcome: 'completed', failure: null });
    expect(results.migrations.map(({ outcome }) => outcome)).toEqual(Array<string>(4).fill('succeeded'));
    await moments.close();
    return new Map(results.migrations.map(({ action, provenance }) => [action, provenance]));
  }

  test('worker killed the moment a marker is set, and another armed', async () => {
    const moments = await reach('killed', { running: 'g1', armed: 'g2' });
    await moments.worker.kill();
    moments.world.startWorker();
    expect((await happenedOnce(moments)).get('running')).toBe('recovered');
  });

  test('worker frozen past its heartbeat timeout while another takes over, then awake again', async () => {
    const pair = { running: 'g3', armed: 'g4' };
    const moments = await reach('frozen', pair);
    const { worker, world } = moments;
    worker.stop();
    world.startWorker();
    // The VM is where it was when the first worker wanted to move it.
    await until(
      'the armed one has gone and come back',
      () => moments.begun().filter(({ vm }) => vm === 'g4').length === 2,
    );
    const ticks = worker.cpuTicks();
    worker.goOn();
    await until('the frozen worker is awake', () => worker.cpuTicks() > ticks + AWAKE_TICKS);
    expect(await worker.drain()).toBe(0);
    expect((await happenedOnce(moments)).get('running')).toBe('recovered');
  });
});
