import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { differences } from './differences';
import { reachLibvirtMoments, type LibvirtMoments, type Pair } from './libvirt-moments';

/** Campaigns of a test file on one KVM lab of four VMs; everything is taken down after the file's tests. */
export interface UsedLibvirtMoments {
  reach(name: string, pair: Pair): Promise<LibvirtMoments>;
  /** Waits for the end and compares plan, rows and QEMU's logs. @returns provenance by action */
  happenedOnce(moments: LibvirtMoments): Promise<ReadonlyMap<string, string>>;
}

/** Sets a test file up. */
export function useLibvirtMoments(): UsedLibvirtMoments {
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

  return {
    reach: async (name, pair) => {
      const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
      const moments = await reachLibvirtMoments(root, name, { lab, shell, pair, fromSetUp });
      opened.push(moments);
      return moments;
    },
    happenedOnce: async (moments) => {
      const { result, results } = await moments.world.end(moments.handle);
      // Campaigns of other servers on the same lab are foreign to this one; its own VMs are nobody else's.
      const own = Object.values(results.plan.placement).flat();
      const rows = results.migrations.filter(({ vm }) => own.includes(vm));
      expect(differences(results.plan, rows, moments.begun())).toEqual([]);
      expect(moments.left()).toBe(4);
      expect(result).toMatchObject({ outcome: 'completed', failure: null });
      expect(rows.map(({ outcome }) => outcome)).toEqual(Array<string>(4).fill('succeeded'));
      await moments.close();
      return new Map(rows.map(({ action, provenance }) => [action, provenance]));
    },
  };
}
