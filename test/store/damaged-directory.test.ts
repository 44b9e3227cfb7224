import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readResults } from '../../store/read-results';
import { createResultStore } from '../../store/result-store';
import { fixture } from '../report/fixture';
import { actionRow, migrationRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

jest.setTimeout(60_000);

const root = useTemporaryDirectory();
const { campaign, plan } = fixture();
let results = '';
const inside = (name: string): string => join(results, name);

beforeEach(async () => {
  const store = createResultStore({ root: root(), onProblem: () => undefined });
  results = await store.createDirectory('c', 'run-1');
  await store.writeCampaign(results, campaign);
  await store.writePlan(results, plan);
  await store.append(results, 'migrations', [migrationRow('a1'), migrationRow('a2')]);
  await store.append(results, 'actions', [actionRow('a1')]);
});

async function finish(): Promise<void> {
  const store = createResultStore({ root: root(), onProblem: () => undefined });
  const migrations = await store.rows(results, 'migrations');
  const actions = await store.rows(results, 'actions');
  await store.writeTables(results, { migrations, actions, silences: [], probes: [], clocks: [], blackouts: [] });
}

/** Every sentence of what reading a directory throws. */
async function problemsOf(directory: string): Promise<string[]> {
  const error: unknown = await readResults(directory).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => (each as Error).message);
}

const damages: readonly (readonly [what: string, damage: () => Promise<unknown>, sentence: RegExp])[] = [
  ['campaign.json is missing', () => rm(inside('campaign.json')), /campaign\.json: it does not exist\. Check the path/],
  [
    'campaign.json is cut off',
    () => truncate(inside('campaign.json'), 100),
    /campaign\.json: it is not valid JSON\. Restore/,
  ],
  [
    'campaign.json is a directory',
    () => replaceByDirectory('campaign.json'),
    /campaign\.json: it is a directory, but a file belongs there\. Move/,
  ],
  ['plan.json is missing', () => rm(inside('plan.json')), /plan\.json: it does not exist\. Check/],
  [
    'plan.json is of something else',
    () => writeFile(inside('plan.json'), '[]'),
    /plan\.json: .*\. Restore it from a copy\./,
  ],
];

const afterTheEnd: typeof damages = [
  ['a table is missing', () => rm(inside('migrations.parquet')), /migrations\.parquet: it does not exist\. Check/],
  [
    'a table is cut off',
    () => truncate(inside('actions.parquet'), 200),
    /actions\.parquet: .*\. Restore it from a copy; the chunks/,
  ],
  [
    'a table is empty',
    () => writeFile(inside('probes.parquet'), ''),
    /probes\.parquet: .*\. Restore it from a copy; the chunks/,
  ],
  [
    'a table is another one',
    () => rename(inside('actions.parquet'), inside('migrations.parquet')),
    /migrations\.parquet: .*\. Restore/,
  ],
];

async function replaceByDirectory(name: string): Promise<void> {
  await rm(inside(name));
  await mkdir(inside(name));
}

test.each([...damages, ...afterTheEnd])('%s: it is named with what to do', async (_, damage, sentence) => {
  await finish();
  await damage();
  const problems = await problemsOf(results);
  expect(problems[0]).toMatch(sentence);
  for (const problem of problems) expect(problem).toContain(results);
});

test.each(damages)('%s before the campaign finished: one sentence', async (_, damage, sentence) => {
  await damage();
  const problems = await problemsOf(results);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(sentence);
});

test('the chunks are gone: each table that cannot be read is named once', async () => {
  await rm(inside('chunks'), { recursive: true });
  for (const problem of await problemsOf(results)) expect(problem).toMatch(/chunks: it does not exist\. Check/);
});

test('files that are not ours are left alone and hurt nothing, among the tables and among the chunks', async () => {
  for (const name of ['notes.txt', '.DS_Store', 'migrations.xlsx', 'samples.parquet.bak'])
    await writeFile(inside(name), 'mine');
  for (const name of ['README', 'actions-000001-000001.ndjson~', 'other-000001-000001.ndjson', '.actions.tmp'])
    await writeFile(join(inside('chunks'), name), 'mine');
  await mkdir(join(inside('chunks'), 'actions-999999-000001.ndjson'));
  const { migrations, actions, problems } = await readResults(results);
  expect([migrations.length, actions.length]).toEqual([2, 1]);
  expect(problems).toEqual([
    expect.stringMatching(/actions-999999-000001\.ndjson: it is a directory, but a file belongs there/),
  ]);
});

test('a directory of something else, and a file, are told as such', async () => {
  expect(await problemsOf(root())).toEqual([expect.stringMatching(/not the result directory of a campaign/)]);
  expect(await problemsOf(inside('plan.json'))).toEqual([expect.stringMatching(/it is a file/)]);
});
