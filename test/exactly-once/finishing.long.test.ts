import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { simulatedLabForTest } from '../lab/simulated/use-simulated-lab';
import { temporalBinary } from '../temporal-binaries';

const HOSTS = 20;
const MIGRATIONS = 40;
/** The next attempt comes when the server misses heartbeats (FINISH in workflows/activity-profiles.ts). */
const UNHEARD_MS = 300_000;

jest.setTimeout(5 * UNHEARD_MS);

/** What lies in the result directory at each moment in which the worker is killed, in their order. */
const MOMENTS: readonly { readonly name: string; readonly is: (files: readonly string[]) => boolean }[] = [
  { name: 'tables are written', is: (files) => files.some((file) => file.startsWith('.silences.')) },
  {
    name: 'samples are compacted',
    is: (files) => files.includes('migrations.parquet') && files.some((file) => file.startsWith('.samples.')),
  },
  { name: 'the report is made', is: (files) => files.includes('samples.parquet') && !files.includes('report.html') },
];

const PLACEMENT = Object.fromEntries(
  Array.from({ length: HOSTS }, (_, index) => [`h${String(index + 1)}`, [`g${String(index + 1)}`]]),
);

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
    for (const { name, is } of MOMENTS) {
      const giveUpAt = Date.now() + 2 * UNHEARD_MS;
      // Each lasts some hundredths of a second.
      while (!is(files())) {
        if (Date.now() > giveUpAt) throw new Error(`never seen: ${name}; there is ${files().join(' ')}`);
        await sleep(1);
      }
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
