import { existsSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { simulatedLabForTest } from '../lab/simulated/use-simulated-lab';
import { temporalBinary } from '../temporal-binaries';

const HOSTS = 20;
const MIGRATIONS = 40;
/** The next attempt comes when the server misses heartbeats (FINISH in workflows/activity-profiles.ts). */
const UNHEARD_MS = 300_000;

jest.setTimeout(5 * UNHEARD_MS);

/** Files whose making shows each part of finishing: tables are written, samples are compacted, the report is next. */
const MOMENTS = [/^\.silences\./, /^\.samples\./, /^samples\.parquet$/];

const PLACEMENT = Object.fromEntries(
  Array.from({ length: HOSTS }, (_, index) => [`h${String(index + 1)}`, [`g${String(index + 1)}`]]),
);

/** Each part lasts some hundredths of a second: nothing but word from the kernel comes in time. */
async function whenMade(directory: string, name: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(directory, (_, file) => {
      if (file !== null && name.test(file)) end(resolve);
    });
    const end = (then: () => void): void => {
      clearTimeout(late);
      watcher.close();
      then();
    };
    const late = setTimeout(() => end(() => reject(new Error(`${String(name)} was not made`))), 2 * UNHEARD_MS);
  });
}

test('a worker that is killed in each part of finishing leaves complete results and nothing else', async () => {
  const root = mkdtempSync(join(tmpdir(), 'drover-finishing-'));
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const lab = await simulatedLabForTest({ hosts: HOSTS, vms: HOSTS, memoryMib: 64 }, 'finishing');
  const world = await CampaignWorld.open(root, lab.paths.siteFile, fromSetUp);
  const directory = join(world.resultsDirectory, 'exactly-once');
  const files = (): string[] => (existsSync(directory) ? readdirSync(directory) : []);
  try {
    let worker = world.startWorker();
    const handle = await world.startCampaign({
      site: lab.name,
      placement: PLACEMENT,
      pattern: { kind: 'ring', migrations: MIGRATIONS, every: '500ms' },
      measure: { background: '2s', probePeriod: '50ms', prompt: '200ms', sampleEvery: '1s' },
    });
    await until('there is a result directory', () => existsSync(directory));
    for (const moment of MOMENTS) {
      await whenMade(directory, moment);
      await worker.kill();
      expect(files()).not.toContain('report.html');
      worker = world.startWorker();
    }
    const { result, results } = await world.end(handle, 2 * UNHEARD_MS);
    expect(result).toMatchObject({ outcome: 'completed', failure: null });
    expect(results.problems).toEqual([]);
    const moved = results.migrations.filter(({ kind }) => kind === 'migrate');
    expect(moved.map(({ outcome }) => outcome)).toEqual(Array.from({ length: MIGRATIONS }, () => 'succeeded'));
    expect(lab.startedLines()).toHaveLength(MIGRATIONS);
    expect(results.ledger).not.toBeNull();
    expect(files()).toContain('report.html');
    const all = readdirSync(directory, { recursive: true }).map(String);
    expect(all.filter((file) => file.endsWith('.tmp'))).toEqual([]);
  } finally {
    await world.close();
    await lab.remove();
    rmSync(root, { recursive: true, force: true });
  }
});
