import fc from 'fast-check';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReport } from '../../../report/render-report';
import { readResults } from '../../../store/read-results';
import { readRows } from '../../../store/read-rows';
import { createResultStore } from '../../../store/result-store';
import { StoreError } from '../../../store/store-error';
import { writeSampleTables } from '../../../store/write-sample-tables';
import { writeTables } from '../../../store/tables';
import { fixture } from '../../report/fixture';
import { checkMessage } from '../check-message';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { garbledValue, jsonText } from '../garble-value';
import { rowChunk, SAMPLES, sampleChunkText } from './chunk-files';

const { campaign, plan, ...tables } = fixture();
const NO_ROWS = { migrations: [], actions: [], silences: [], probes: [], clocks: [], blackouts: [] };
const FILES = ['migrations.parquet', 'silences.parquet', 'samples.parquet', 'ledger.parquet'] as const;

type Case =
  | { readonly what: 'document'; readonly file: 'campaign.json' | 'plan.json'; readonly text: string }
  | {
      readonly what: 'table';
      readonly file: (typeof FILES)[number];
      readonly where: number;
      readonly put: Uint8Array;
      readonly cut: number;
    }
  | {
      readonly what: 'chunks';
      readonly rows: { readonly table: 'migrations' | 'actions' | 'silences'; readonly text: string };
      readonly samples: string;
    };

const document = fc.constantFrom('campaign.json' as const, 'plan.json' as const).chain((file) => {
  const value = file === 'plan.json' ? plan : campaign;
  const texts = fc.oneof(
    garbledValue(fc.constant(value)).map((one) => jsonText(one, 2)),
    garbledText(fc.constant(JSON.stringify(value, null, 2))),
  );
  return texts.map((text) => ({ what: 'document' as const, file, text }));
});
const cases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 4, arbitrary: document },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('table' as const),
      file: fc.constantFrom(...FILES),
      where: fc.double({ min: 0, max: 1, noNaN: true }),
      put: fc.uint8Array({ maxLength: 6 }),
      cut: fc.constantFrom(0, 1, 4, 1e9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('chunks' as const), rows: rowChunk, samples: sampleChunkText }),
  },
);

let sound: Promise<string> | undefined;

/** A finished campaign's directory, made once. */
async function soundDirectory(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'drover-fuzz-results-'));
  const store = createResultStore({ root, onProblem: () => undefined });
  const directory = await store.createDirectory('c', 'run-1');
  await store.writeCampaign(directory, campaign);
  await store.writePlan(directory, plan);
  await writeFile(join(directory, 'chunks', 'samples-000001-000001.ndjson'), SAMPLES);
  const { migrations, actions, silences, probes, clocks, blackouts } = tables;
  await writeTables(directory, { migrations, actions, silences, probes, clocks, blackouts });
  await writeSampleTables(directory, SAMPLED);
  return directory;
}

const SAMPLED = {
  campaign: 'c',
  range: { fromMs: 1_000, untilMs: 4_000, everyMs: 1_000 },
  entities: [
    { kind: 'vm', name: 'g1' },
    { kind: 'host', name: 'h1' },
  ],
} as const;

/** Result directories with a damaged file, as `drover report` reads them; damaged chunks, as a finishing campaign does. */
export const resultFiles = fuzzKind('result files', 1_000, cases, async (one): Promise<Outcome> => {
  const directory = await mkdtemp(join(tmpdir(), 'drover-fuzz-result-'));
  try {
    return one.what === 'chunks' ? await compact(directory, one) : await readDamaged(directory, one);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

async function readDamaged(directory: string, one: Exclude<Case, { what: 'chunks' }>): Promise<Outcome> {
  await cp(await (sound ??= soundDirectory()), directory, { recursive: true });
  const path = join(directory, one.file);
  if (one.what === 'document') await writeFile(path, one.text);
  else {
    const bytes = await readFile(path);
    const at = Math.floor(one.where * bytes.length);
    await writeFile(path, Buffer.concat([bytes.subarray(0, at), one.put, bytes.subarray(at + one.cut)]));
  }
  const results = await readResults(directory).catch((error: unknown) => {
    const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
    for (const each of all) {
      if (!(each instanceof StoreError)) throw each;
      checkMessage(each.message);
      if (!each.message.includes(directory)) throw new Error(`a message without the file: ${each.message}`);
    }
    return null;
  });
  if (results === null) return 'refused';
  if (!renderReport(results).startsWith('<!')) throw new Error('no page');
  return 'accepted';
}

/** What is damaged must cost no other row its place in the tables. */
async function compact(directory: string, { rows, samples }: Extract<Case, { what: 'chunks' }>): Promise<Outcome> {
  await cp(await (sound ??= soundDirectory()), directory, { recursive: true });
  await writeFile(join(directory, 'chunks', `${rows.table}-000001-000001.ndjson`), rows.text);
  await writeFile(join(directory, 'chunks', 'samples-000002-000001.ndjson'), samples);
  const read = await readRows(directory, rows.table);
  await writeTables(directory, { ...NO_ROWS, [rows.table]: read.rows });
  const problems = await writeSampleTables(directory, SAMPLED);
  const results = await readResults(directory);
  if (results[rows.table].length !== read.rows.length) throw new Error('rows got lost');
  const g1 = results.ledger?.entities.find(({ entity }) => entity === 'g1');
  if (g1?.unaccounted !== 0) throw new Error('ticks got lost');
  for (const problem of [...read.problems, ...problems]) checkMessage(problem);
  return read.problems.length + problems.length === 0 ? 'accepted' : 'refused';
}
