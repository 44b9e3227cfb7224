import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { readdir, rm, stat, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredReading } from '../../store/sample-types';
import { createResultStore } from '../../store/result-store';
import { writeReport } from '../../store/report-file';
import { readTable } from '../../store/tables';
import { fixture } from '../report/fixture';
import { actionRow, migrationRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

jest.setTimeout(60_000);

const ROOT_ON_LINUX = process.platform === 'linux' && process.getuid?.() === 0;
const TITLE = ROOT_ON_LINUX ? 'a full disk' : 'a full disk (skipped: only root on Linux can mount a small one)';
const DISK_KIB = 2_048;

// A disk of 2 MiB that is filled up and freed again.
(ROOT_ON_LINUX ? describe : describe.skip)(TITLE, () => {
  // Before the directory is removed: hooks run in the order of their declaration.
  afterEach(() => execFileSync('umount', ['-l', disk()]));
  const directory = useTemporaryDirectory();
  const disk = (): string => join(directory(), 'disk');
  const filler = (): string => join(disk(), 'filler');

  beforeEach(() => {
    mkdirSync(disk());
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(DISK_KIB)}k`, 'tmpfs', disk()]);
  });

  async function fill(): Promise<void> {
    for (let kib = DISK_KIB; kib >= 4; kib /= 2)
      while (
        await writeFile(filler(), Buffer.alloc(kib * 1_024), { flag: 'a' }).then(
          () => true,
          () => false,
        )
      );
  }

  const { campaign, plan } = fixture();
  const reading: StoredReading = {
    ...{ entityKind: 'host', entity: 'h1', tickMs: 0, takenAtMs: 0, monotonicMs: 0, source: 'h1', rank: 0 },
    ...{ provenance: 'observed', counters: [], values: [] },
  };

  async function open() {
    const problems: string[] = [];
    const store = createResultStore({ root: disk(), onProblem: (problem) => problems.push(problem) });
    const results = await store.createDirectory('c', 'run-1');
    await store.writeCampaign(results, campaign);
    await store.writePlan(results, plan);
    await store.append(results, 'actions', [actionRow('a')]);
    await store.writeState(results, 'samples', { cursor: 1 });
    return { store, results, problems };
  }

  const all = { migrations: [], silences: [], probes: [], clocks: [], blackouts: [] };

  it('is one clear error a call, leaves everything as it was, and is over when there is space again', async () => {
    const { store, results, problems } = await open();
    await store.writeTables(results, { ...all, actions: [actionRow('a')] });
    await fill();
    const before = (await readdir(results, { recursive: true })).sort();
    const big = 'x'.repeat(20_000);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.append(results, 'migrations', [migrationRow('m', { error: big })]),
      () => store.append(results, 'actions', [actionRow('more', { outcome: big })]),
      () => store.appendSamples(results, { readings: [reading], notes: [], collectedMs: 0 }),
      () => store.writeState(results, 'samples', { cursor: 2, big }),
      () => store.updateCampaign(results, { failure: big }),
      () => writeReport(results, big),
      () => store.writeTables(results, { ...all, actions: [actionRow('b')], migrations: [migrationRow('m')] }),
      () =>
        store.writeSampleTables(results, { campaign: 'c', range: { fromMs: 0, untilMs: 0, everyMs: 1 }, entities: [] }),
    ];
    for (const call of calls) {
      const error = await call().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: 'StoreError', code: 'disk-full' });
      expect((error as Error).message).toMatch(
        /^\/.*: the disk is full\. Free some space there; what was stored before is intact\.$/,
      );
    }
    expect((await readdir(results, { recursive: true })).sort()).toEqual(before);
    expect(await store.readState(results, 'samples')).toEqual({ cursor: 1 });
    expect(await store.readCampaign(results)).toEqual(campaign);
    expect((await readTable(results, 'actions')).map(({ action }) => action)).toEqual(['a']);
    expect(await store.rows(results, 'migrations')).toEqual([]);
    expect(await store.rows(results, 'actions')).toEqual([actionRow('a')]);

    await rm(filler());
    for (const call of calls) await call();
    expect((await store.rows(results, 'actions')).map(({ action }) => action)).toEqual(['a', 'more']);
    expect((await store.rows(results, 'migrations')).map(({ action }) => action)).toEqual(['m']);
    expect((await readTable(results, 'actions')).map(({ action }) => action)).toEqual(['b']);
    expect(readFileSync(join(results, 'ledger.csv'), 'utf8')).toMatch(/^campaign,/);
    expect(problems).toEqual([]);
  });

  it('is told as such where DuckDB meets it, which frees again what it had written', async () => {
    const { store, results } = await open();
    await fill();
    // Enough for the rows and their Parquet file, not for their CSV file.
    await truncate(filler(), (await stat(filler())).size - 700 * 1_024);
    const error = randomBytes(225_000).toString('base64');
    const written = store.writeTables(results, { ...all, actions: [], migrations: [migrationRow('m', { error })] });
    await expect(written).rejects.toMatchObject({ name: 'StoreError', code: 'disk-full' });
    const { bavail, bsize } = await statfs(results);
    expect(bavail * bsize).toBeGreaterThan(650 * 1_024);
  });

  it('also keeps a new campaign from beginning, in one clear sentence', async () => {
    await fill();
    const store = createResultStore({ root: disk(), onProblem: () => undefined });
    await expect(
      store.createDirectory('c', 'run-1').then(async (results) => store.writePlan(results, plan)),
    ).rejects.toMatchObject({ name: 'StoreError', code: 'disk-full' });
    await rm(filler());
    const results = await store.createDirectory('c', 'run-1');
    await store.writePlan(results, plan);
    expect(await store.readPlan(results)).toEqual(plan);
  });
});
