import fc from 'fast-check';
import { checkRow } from '../../../store/check-row';
import { parseChunkName } from '../../../store/chunk-name';
import { parseChunk } from '../../../store/read-rows';
import { readingsOfChunk, sampleChunk } from '../../../store/sample-chunk';
import type { StoredReading } from '../../../store/sample-types';
import { StoreError } from '../../../store/store-error';
import { columnsOf } from '../../../store/table-columns';
import { actionRow, migrationRow, silenceRow } from '../../store/rows';
import { checkMessage } from '../check-message';
import { checkPlain } from '../check-plain';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { garbledValue, jsonText } from '../garble-value';

const TABLES = ['migrations', 'actions', 'silences'] as const;
type Table = (typeof TABLES)[number];
const ROWS: Readonly<Record<Table, readonly object[]>> = {
  migrations: [migrationRow('a1'), migrationRow('a2', { outcome: 'failed', error: 'no room; "x"\nLine' })],
  actions: [actionRow('a1'), actionRow('a2', { due: null })],
  silences: [silenceRow(1_772_442_000_000), silenceRow(1_772_442_000_100)],
};
const chunkText = (table: Table, rows: readonly unknown[]): string =>
  [{ format: 1, table, epoch: 1, sequence: 1, rows: rows.length }, ...rows].map((row) => `${jsonText(row)}\n`).join('');

const counters = [
  { counter: 'cpu.time', instance: '', unit: 'ns', kind: 'cumulative' },
  { counter: 'mem.rss', instance: '', unit: 'KiB', kind: 'gauge' },
] as const;
const reading = (tick: number): StoredReading => ({
  ...{
    entityKind: 'vm',
    entity: 'g1',
    tickMs: tick,
    takenAtMs: tick + 3,
    monotonicMs: tick / 2,
    source: 'h1',
    rank: 0,
  },
  ...{ provenance: 'hypervisor', counters, values: [tick, 77] },
});
const note = {
  source: 'h1',
  scope: 'vms',
  vm: null,
  fromMs: 3_000,
  untilMs: 4_000,
  reason: 'h1: virsh did not answer in time',
} as const;
/** A chunk of samples. */
export const SAMPLES = sampleChunk(
  { readings: [reading(1_000), reading(2_000)], notes: [note], collectedMs: 5_000 },
  { epoch: 1, sequence: 1 },
);

interface Rows {
  readonly what: 'rows';
  readonly table: Table;
  readonly text: string;
  readonly sound: boolean;
}
type Case =
  Rows | { readonly what: 'samples'; readonly text: string } | { readonly what: 'name'; readonly text: string };

const table = fc.constantFrom(...TABLES);
/** Chunks of rows, most of them damaged. */
export const rowChunk = table.chain((one) => {
  const rows = ROWS[one];
  const garbled = fc
    .array(garbledValue(fc.constantFrom(...rows)), { maxLength: 4 })
    .map((some) => chunkText(one, [...rows, ...some]));
  return fc.record({
    table: fc.constant(one),
    text: fc.oneof(garbledText(fc.constant(chunkText(one, rows))), garbled),
  });
});
/** Chunks of samples, most of them damaged. */
export const sampleChunkText = fc.oneof(
  garbledText(fc.constant(SAMPLES)),
  fc
    .array(
      garbledValue(
        fc.constantFrom(
          ...SAMPLES.trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
        ),
      ),
      { maxLength: 6 },
    )
    .map((lines) => lines.map((line) => `${jsonText(line)}\n`).join('')),
);
const cases: fc.Arbitrary<Case> = fc.oneof(
  {
    weight: 1,
    arbitrary: table.map((one) => ({
      what: 'rows' as const,
      table: one,
      text: chunkText(one, ROWS[one]),
      sound: true,
    })),
  },
  { weight: 6, arbitrary: rowChunk.map((chunk): Rows => ({ what: 'rows', ...chunk, sound: false })) },
  { weight: 4, arbitrary: sampleChunkText.map((text) => ({ what: 'samples' as const, text })) },
  {
    weight: 1,
    arbitrary: garbledText(fc.constant('actions-000001-000001.ndjson'), 1).map((text) => ({
      what: 'name' as const,
      text,
    })),
  },
);

/** Chunk files of tables and of samples. */
export const chunkFiles = fuzzKind('chunk files', 18_000, cases, (one): Outcome => {
  if (one.what === 'name') return parseChunkName(one.text) === null ? 'dropped' : 'accepted';
  if (one.what === 'samples') {
    const readings = readingsOfChunk(one.text);
    checkPlain(readings);
    if (readings.some(({ values, counters: of }) => values.length !== of.length)) throw new Error('values out of step');
    return readings.length === 2 ? 'accepted' : 'dropped';
  }
  const { rows, problems } = parseChunk(one.table, one.text);
  if (one.sound && (rows.length !== 2 || problems.length > 0)) throw new Error(`a sound chunk: ${problems.join('; ')}`);
  if (problems.length > 21) throw new Error(`${String(problems.length)} problems`);
  for (const problem of problems) checkMessage(new StoreError('damaged', 'chunk', problem, 'Look.').message);
  for (const problem of problems) checkMessage(problem);
  for (const row of rows) {
    checkPlain(row);
    if (checkRow(one.table, row).problem !== null) throw new Error('a row that was taken is refused');
    if (Object.keys(row).length !== columnsOf(one.table).length) throw new Error('columns out of step');
  }
  return problems.length === 0 ? 'accepted' : 'refused';
});
