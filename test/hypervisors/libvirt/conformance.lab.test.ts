import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationEnd, MigrationProgress } from '../../../hypervisors/types';
import { createSshShell } from '../../../remote/ssh-shell';
import type { RemoteShell } from '../../../remote/types';
import { describeOnKvmLab, KVM_LAB } from '../../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../../lab/kvm/test-lab';
import { useBuiltAgent } from '../../agents/use-built-agent';
import { hypervisorConformance } from '../conformance/hypervisor-conformance';
import { placeOf, startMove, until, untilFound, watch } from '../conformance/moves';
import type { SiteUnderTest } from '../conformance/site-under-test';
import { labSite, onHost } from './lab-site';

let lab: TestLab | undefined;
const { program } = useBuiltAgent();

const theLab = (): TestLab => {
  if (lab === undefined) throw new Error('the lab is not up');
  return lab;
};

describeOnKvmLab(KVM_LAB, () => {
  beforeAll(async () => {
    lab = await openTestLab(3, 4);
  });

  afterAll(async () => lab?.down());

  hypervisorConformance('libvirt', async () => Promise.resolve(labSite(theLab(), program)), {
    timeoutMs: 300_000,
    canFillHost: false,
  });

  describe('libvirt besides', () => {
    let site: SiteUnderTest;
    let shell: RemoteShell;
    const run = async (host: string, line: string): Promise<string> => onHost(theLab(), shell, host, line);

    beforeAll(() => {
      site = labSite(theLab(), program);
      shell = createSshShell();
    });
    afterEach(async () => site.makeQuick());
    afterAll(async () => {
      await shell.close();
      await site.tearDown();
    });

    test('shows emulated VMs with their addresses, and versions of QEMU and libvirt', async () => {
      const { hosts, vms } = await site.hypervisor.inventory();
      for (const { versions, nics } of hosts) {
        expect(versions['qemu']).toMatch(/^10\./);
        expect(versions['libvirt']).toMatch(/^11\./);
        expect(nics).toContain('br0');
      }
      const g2 = vms.find(({ name }) => name === 'g2');
      expect(g2).toMatchObject({ emulated: true, vcpus: 1, memoryBytes: 256 * 2 ** 20 });
      expect(g2?.addresses).toEqual([`${theLab().lab.network}.1.2`]);
    });

    test('takes figures from the completed job, the same for every process, and cleans up behind itself', async () => {
      const { intent, baseline, handle } = await startMove(site);
      const end = await watch(site.hypervisor, handle, baseline, site.quickWithinMs);
      expect(end).toMatchObject({ state: 'succeeded', provenance: 'observed' });
      const { totalMs = 0, downtimeMs = 0, transferredBytes = 0, iterations = 0 } = end.figures;
      expect(end.finishedAtMs - handle.requestedAtMs).toBeGreaterThanOrEqual(totalMs);
      expect(downtimeMs).toBeGreaterThan(0);
      expect(downtimeMs).toBeLessThan(totalMs);
      expect(transferredBytes).toBeGreaterThan(2 ** 20);
      expect(iterations).toBeGreaterThanOrEqual(1);

      const other = await site.secondDriver();
      const found = await untilFound(other, { intent, baseline }, 'ended', site.quickWithinMs);
      expect(found.end.figures).toMatchObject({ totalMs, downtimeMs, transferredBytes, iterations });

      const left = `ls /run/drover/intents; virsh -q list --all --name | grep -x ${intent.vm}`;
      expect(await run(intent.from, left)).toBe(`${intent.id}\n${intent.vm}`);
      await other.forgetMigration(intent);
      expect(await run(intent.from, left)).toBe('');
      expect(await run(intent.to, `virsh -q list --name --persistent | grep -x ${intent.vm}`)).toBe(intent.vm);
      expect((await shell.exec(theLab().guest(intent.vm), 'hostname')).stdout.trim()).toBe(intent.vm);
    });

    test('moves two VMs past each other at once', async () => {
      const pair = await Promise.all(
        ['g2', 'g3'].map(async (vm) => ({ vm, from: await placeOf(site.hypervisor, vm) })),
      );
      const ends = await Promise.all(
        pair.map(async ({ vm, from }, index): Promise<MigrationEnd> => {
          const to = pair[1 - index]?.from ?? '';
          const intent = { id: `past-${vm}`, vm, from, to, options: {} };
          const baseline = await site.hypervisor.takeBaseline(vm, from, to);
          const handle = await site.hypervisor.startMigration(intent, baseline);
          const end = await watch(site.hypervisor, handle, baseline, site.quickWithinMs);
          await site.hypervisor.forgetMigration(intent);
          return end;
        }),
      );
      expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
      expect(await Promise.all(pair.map(async ({ vm }) => placeOf(site.hypervisor, vm)))).toEqual(
        pair.map(({ from }) => from).reverse(),
      );
    });

    test('reports rising progress while a migration does not converge', async () => {
      const { intent, baseline, handle } = await startMove(site, await site.makeSlow());
      const progress: MigrationProgress[] = [];
      const stop = new AbortController();
      const watching = site.hypervisor.watchMigration(handle, baseline, {
        signal: stop.signal,
        onProgress: (each) => progress.push(each),
      });
      await until(
        'it goes through memory again',
        async () => Promise.resolve((progress.at(-1)?.iteration ?? 0) >= 2),
        60_000,
      );
      const elapsed = progress.map(({ elapsedMs }) => elapsedMs);
      expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
      expect(progress.at(-1)?.transferredBytes).toBeGreaterThan(2 ** 20);
      expect(progress.at(-1)?.dirtyBytesPerS).toBeGreaterThan(0);
      await site.hypervisor.cancelMigration(handle);
      expect(await watching).toMatchObject({ state: 'cancelled', provenance: 'observed' });
      await site.hypervisor.forgetMigration(intent);
    });

    test('a migration goes on when every connection to its source is cut, is adopted, and ends once', async () => {
      const startedBefore = await site.countStarted();
      const { intent, baseline, handle } = await startMove(site, await site.makeSlow());
      const watching = watch(site.hypervisor, handle, baseline, 2 * site.quickWithinMs);
      const isIncoming = async (): Promise<boolean> => (await site.countStarted()) > startedBefore;
      await until('QEMU runs on the target', isIncoming, site.quickWithinMs);
      await sleep(500);
      // Each server process of an SSH session on the source, this command's own included.
      await run(
        intent.from,
        'for p in /proc/[0-9]*; do grep -q "^sshd: root" "$p/cmdline" 2>/dev/null && kill -9 "${p#/proc/}"; done',
      ).catch(() => undefined);
      const other = await site.secondDriver();
      const found = await untilFound(other, { intent, baseline }, 'running', site.quickWithinMs);
      await site.makeQuick();
      const ends = [await watching, await watch(other, found.handle, baseline, site.quickWithinMs)];
      for (const end of ends) expect(end).toMatchObject({ state: 'succeeded', provenance: 'recovered' });
      expect(ends[0]?.figures).toEqual(ends[1]?.figures);
      expect(ends[0]?.figures.downtimeMs).toBeGreaterThan(0);
      expect(await site.countStarted()).toBe(startedBefore + 1);
      expect(await site.whereItRuns()).toEqual([intent.to]);
      await other.forgetMigration(intent);
    });
  });
});
