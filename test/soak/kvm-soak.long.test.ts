import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { labPaths } from '../../lab/kvm/lab-paths';
import { CampaignWorld } from '../campaigns/campaign-world';
import { processesNaming, processesOfHost } from '../campaigns/find-processes';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { readJournal } from './journal';
import { judgeSoak } from './judge-soak';
import { notesItsHeap } from './notes-its-heap';
import { renderSoak } from './render-soak';
import { soak } from './soak';

const MINUTES = Number(process.env['DROVER_SOAK_MINUTES'] ?? '120');
const EVERY_S = Number(process.env['DROVER_SOAK_EVERY_S'] ?? '60');
const SAMPLE_S = Number(process.env['DROVER_SOAK_SAMPLE_S'] ?? '20');
/** Background before, the last collection after. */
const MIGRATIONS = Math.max(2, Math.floor((MINUTES * 60) / EVERY_S) - 2);
/** Not the pace of the migrations: else each look would come at the same moment of one. */
const LOOK_EVERY_MS = 53_000;

const STANDS_FOR_MS = 72 * 3_600_000;

jest.setTimeout((MINUTES + 20) * 60_000);

const AGENT = /\/drover-agent-[0-9a-f]+$/;

/** Processes of drover on lab hosts and here, and libvirtd, by role. */
function processesOf(lab: TestLab, world: CampaignWorld, workerPid: number): Readonly<Record<string, number>> {
  const roles: Record<string, number> = { worker: workerPid, server: world.serverPid };
  for (const { pid, args } of processesNaming(world.directory)) if (args[2] === 'probe') roles['prober'] = pid;
  for (const host of Object.keys(lab.config.hosts))
    for (const { pid, comm, args } of processesOfHost(lab.directory, host)) {
      if (comm === 'libvirtd') roles[`${host} libvirtd`] = pid;
      const [program = '', , agent = 'agent'] = args;
      if (AGENT.test(program)) roles[`${host} ${agent}`] = pid;
    }
  return roles;
}

describeOnKvmLab(`a campaign of ${String(MINUTES)} minutes on ${KVM_LAB}`, () => {
  test('neither memory nor handles nor histories grow, and every migration is accounted for', async () => {
    const root = mkdtempSync(join(tmpdir(), 'drover-soak-'));
    const journal = process.env['DROVER_SOAK_FILE'] ?? join(root, 'journal.jsonl');
    const lab = await openTestLab(3, 2);
    const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
    const world = await CampaignWorld.open(root, siteFile, {
      home: droverHome(),
      temporal: temporalBinary('temporal'),
    });
    try {
      const worker = world.startWorker(notesItsHeap(journal, LOOK_EVERY_MS));
      const { result, results } = await soak({
        ...{ world, journal, lookEveryMs: LOOK_EVERY_MS, endsWithinMs: (MINUTES + 15) * 60_000 },
        processes: () => processesOf(lab, world, worker.pid),
        spec: {
          site: lab.lab.name,
          placement: { h1: ['g1'], h2: ['g2'], h3: [] },
          pattern: { kind: 'ring', migrations: MIGRATIONS, every: EVERY_S },
          load: { default: { dirty: { workingSetMib: 8, mibPerS: 1 } } },
          measure: { probePeriod: '20ms', prompt: '60ms', sampleEvery: SAMPLE_S },
        },
      });
      expect(result).toMatchObject({ outcome: 'completed' });
      const own = results.migrations.filter(({ kind }) => kind === 'migrate');
      expect(own).toHaveLength(MIGRATIONS);
      expect(new Set(own.map(({ action }) => action)).size).toBe(MIGRATIONS);
      expect(own.filter(({ outcome }) => outcome !== 'succeeded')).toEqual([]);
      const lines = readJournal(journal);
      const seen = new Set(lines.flatMap((line) => (line.kind === 'process' ? [line.role] : [])));
      const agents = Object.keys(lab.config.hosts).flatMap((host) => [`${host} record`, `${host} echo`]);
      for (const role of ['worker', 'server', 'prober', ...agents]) expect(seen).toContain(role);
      const verdict = judgeSoak(lines, () => STANDS_FOR_MS);
      console.log(renderSoak('KVM lab', verdict));
      expect(verdict.complaints).toEqual([]);
    } finally {
      await world.close();
      await lab.down();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
