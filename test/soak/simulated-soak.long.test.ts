import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { processesNaming } from '../campaigns/find-processes';
import { simulatedLabForTest } from '../lab/simulated/use-simulated-lab';
import { dataCentrePid } from '../../lab/simulated/data-centre-process';
import { temporalBinary } from '../temporal-binaries';
import { readJournal } from './journal';
import { judgeSoak } from './judge-soak';
import { notesItsHeap } from './notes-its-heap';
import { renderSoak } from './render-soak';
import { soak } from './soak';

const MIGRATIONS = Number(process.env['DROVER_SOAK_MIGRATIONS'] ?? '10000');
const EVERY_MS = Number(process.env['DROVER_SOAK_EVERY_MS'] ?? '700');
/** The shortest there is: half as many ticks as 72 hours have at 20 s. */
const SAMPLE_EVERY = '1s';
const HOSTS = 100;
const VMS = 100;
const PLANNED_MS = MIGRATIONS * EVERY_MS;
const LOOKS = 200;
/** What 72 hours hold, one each 26 s: only the waiting between them is compressed, everything that is done for each is done. */
const WHOLE = 10_000;

jest.setTimeout(3 * PLANNED_MS + 900_000);

/** Every VM on a host of its own. */
const PLACEMENT = Object.fromEntries(
  Array.from({ length: HOSTS }, (_, index) => [`h${String(index + 1)}`, [`g${String(index + 1)}`]]),
);

function processesOf(world: CampaignWorld, name: string, workerPid: number): Readonly<Record<string, number>> {
  const roles: Record<string, number> = { worker: workerPid, server: world.serverPid };
  for (const { pid, args } of processesNaming(world.directory)) if (args[2] === 'probe') roles['prober'] = pid;
  const dataCentre = dataCentrePid(name);
  if (dataCentre !== null) roles['data centre'] = dataCentre;
  return roles;
}

test(`${String(MIGRATIONS)} migrations, one each ${String(EVERY_MS)} ms, on ${String(HOSTS)} simulated hosts`, async () => {
  const root = mkdtempSync(join(tmpdir(), 'drover-soak-'));
  const journal = process.env['DROVER_SOAK_FILE'] ?? join(root, 'journal.jsonl');
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const lab = await simulatedLabForTest({ hosts: HOSTS, vms: VMS, memoryMib: 64 }, 'soak');
  const world = await CampaignWorld.open(root, lab.paths.siteFile, fromSetUp);
  const lookEveryMs = Math.max(2_000, Math.min(53_000, PLANNED_MS / LOOKS));
  try {
    const worker = world.startWorker(notesItsHeap(journal, lookEveryMs));
    const { result, results } = await soak({
      ...{ world, journal, lookEveryMs, endsWithinMs: 3 * PLANNED_MS + 600_000 },
      processes: () => processesOf(world, lab.name, worker.pid),
      spec: {
        site: lab.name,
        placement: PLACEMENT,
        pattern: { kind: 'ring', migrations: MIGRATIONS, every: EVERY_MS / 1_000 },
        measure: { background: 10, probePeriod: '1s', prompt: '2s', sampleEvery: SAMPLE_EVERY },
        limits: { migrationsPerHost: 4 },
      },
    });
    expect(result).toMatchObject({ outcome: 'completed' });
    const own = results.migrations.filter(({ kind }) => kind === 'migrate');
    expect(own).toHaveLength(MIGRATIONS);
    expect(new Set(own.map(({ action }) => action)).size).toBe(MIGRATIONS);
    // The data centre's own log: each once, or it was never submitted.
    const requested = own.filter(({ requested }) => requested !== null);
    expect(lab.startedLines()).toHaveLength(requested.length);
    const succeeded = own.filter(({ outcome }) => outcome === 'succeeded').length;
    console.log(`${String(succeeded)} of ${String(MIGRATIONS)} succeeded`);
    expect(succeeded).toBeGreaterThan(0.99 * MIGRATIONS);
    const verdict = judgeSoak(readJournal(journal), (soakMs) => (soakMs * WHOLE) / MIGRATIONS);
    console.log(renderSoak('simulated', verdict));
    expect(verdict.complaints).toEqual([]);
  } finally {
    await world.close();
    await lab.remove();
    rmSync(root, { recursive: true, force: true });
  }
});
