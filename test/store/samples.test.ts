import { appendFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { openChunkWriter } from '../../store/chunk-writer';
import { sampleChunk } from '../../store/sample-chunk';
import type { SampleBatch, StoredNote, StoredReading } from '../../store/sample-types';
import { writeSampleTables } from '../../store/write-sample-tables';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const EVERY = 20_000;
const FROM = 1_772_442_000_000;
const tick = (n: number): number => FROM + n * EVERY;
const range = (ticks: number) => ({ fromMs: FROM, untilMs: tick(ticks - 1), everyMs: EVERY });
const COUNTERS: StoredReading['counters'] = [
  { counter: 'cpu.time', instance: '', unit: 'ns', kind: 'cumulative' },
  { counter: 'vcpu.time', instance: '0', unit: 'ns', kind: 'cumulative' },
  { counter: 'vcpu.time', instance: '1', unit: 'ns', kind: 'cumulative' },
  { counter: 'balloon.current', instance: '', unit: 'KiB', kind: 'gauge' },
];

function reading(n: number, change: Partial<StoredReading> = {}): StoredReading {
  return {
    entityKind: 'vm',
    entity: 'g1',
    tickMs: tick(n),
    takenAtMs: tick(n) + 5,
    monotonicMs: n * EVERY + 7,
    source: 'h1',
    rank: 0,
    provenance: 'hypervisor',
    counters: COUNTERS,
    values: [n * 2e9, n * 1e9, n * 3e9, 262_144],
    ...change,
  };
}

function note(from: number, until: number, change: Partial<StoredNote> = {}): StoredNote {
  return { source: 'h1', scope: 'vms', vm: null, fromMs: tick(from), untilMs: tick(until), reason: 'stuck', ...change };
}

const batch = (readings: StoredReading[], notes: StoredNote[] = [], collectedMs = tick(0)): SampleBatch => ({
  readings,
  notes,
  collectedMs,
});

async function query(at: string, table: string, sql: string): Promise<unknown[][]> {
  const database = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    return (await database.runAndReadAll(sql.replace('?', `'${join(at, `${table}.parquet`)}'`))).getRows();
  } finally {
    database.closeSync();
  }
}

const g1 = { kind: 'vm', name: 'g1' } as const;

beforeEach(() => mkdir(join(directory(), 'chunks')));

async function tables(ticks: number, at = directory()): Promise<readonly string[]> {
  return writeSampleTables(at, { campaign: 'c', range: range(ticks), entities: [g1] });
}

const samplesOf = async (counter: string, instance: string): Promise<unknown[][]> =>
  query(
    directory(),
    'samples',
    `SELECT value, per_s, averaged FROM ? WHERE counter = '${counter}' AND instance = '${instance}' ORDER BY tick`,
  );

test('gives values, rates since the tick before, and means over instances', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.appendSamples(batch([reading(0), reading(1)]));
  await writer.appendSamples(batch([reading(2)]));
  expect(await tables(3)).toEqual([]);
  expect(await samplesOf('cpu.time', '')).toEqual([
    [0, null, false],
    [2e9, 1e8, false],
    [4e9, 1e8, false],
  ]);
  expect(await samplesOf('vcpu.time', '1')).toEqual([
    [0, null, false],
    [3e9, 1.5e8, false],
    [6e9, 1.5e8, false],
  ]);
  expect(await samplesOf('vcpu.time', '')).toEqual([
    [0, null, true],
    [2e9, 1e8, true],
    [4e9, 1e8, true],
  ]);
  expect(await samplesOf('balloon.current', '')).toEqual(Array(3).fill([262_144, null, false]));
  expect(await query(directory(), 'samples', 'SELECT DISTINCT unit, kind FROM ? ORDER BY unit')).toEqual([
    ['KiB', 'gauge'],
    ['ns', 'cumulative'],
  ]);
});

test('has no rate across a reset, another host or a missing tick', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  const moved = { source: 'h2', values: [9e12, 9e12, 9e12, 1] };
  await writer.appendSamples(
    batch([reading(0), reading(1, { values: [1, 1e9, 3e9, 1] }), reading(2, moved), reading(4, moved)]),
  );
  await writer.appendSamples(batch([reading(5, { values: [0, 0, 9.5e12, 1], source: 'h2' })]));
  await tables(6);
  expect((await samplesOf('cpu.time', '')).map(([, rate]) => rate)).toEqual([null, 1 / 20 / 1, null, null, null]);
  // One of the instances began anew: a mean of the others would be of something else.
  expect((await samplesOf('vcpu.time', '')).at(-1)?.[1]).toBeNull();
});

test('believes the host where the VM runs, and the latest writer', async () => {
  const zombie = openChunkWriter({ directory: directory(), epoch: 1 });
  const heir = openChunkWriter({ directory: directory(), epoch: 2 });
  await heir.appendSamples(batch([reading(0, { values: [2, 2, 2, 2] })]));
  await zombie.appendSamples(batch([reading(0), reading(1, { source: 'h0', rank: 1 }), reading(1, { source: 'h2' })]));
  await tables(2);
  expect((await samplesOf('balloon.current', '')).map(([value]) => value)).toEqual([2, 262_144]);
  expect(await query(directory(), 'ledger', 'SELECT source, state, counters::INT FROM ? ORDER BY tick')).toEqual([
    ['h1', 'value', 4],
    ['h2', 'value', 4],
  ]);
});

test('believes what was collected last of one tick and source', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  await writer.appendSamples(batch([reading(0, { values: [1, 1, 1, 1] })], [], tick(1)));
  await writer.appendSamples(batch([reading(0, { values: [2, 2, 2, 2] })], [], tick(2)));
  await writer.appendSamples(batch([reading(1)], [], tick(2)));
  await tables(2);
  expect((await samplesOf('balloon.current', '')).map(([value]) => value)).toEqual([2, 262_144]);
});

test('has the names of counters once in a chunk, however often it is appended to', async () => {
  const other: StoredReading['counters'] = [{ counter: 'mem.rss', instance: '', unit: 'KiB', kind: 'gauge' }];
  for (const epoch of [1, 2]) {
    const writer = openChunkWriter({ directory: directory(), epoch });
    for (const n of [0, 1, 2]) {
      // A harvest brings lists of its own, with the same names.
      const counters = [...COUNTERS];
      await writer.appendSamples(batch([reading(3 * epoch + n, { counters })]));
      await writer.appendSamples(batch([reading(n, { entity: 'g2', counters: other, values: [epoch] })]));
    }
    const text = await readFile(join(directory(), 'chunks', `samples-00000${String(epoch)}-000001.ndjson`), 'utf8');
    expect(text.match(/"set":\d/g)).toEqual(['"set":0', '"set":1']);
  }
  expect(await tables(9)).toEqual([]);
  expect((await samplesOf('cpu.time', '')).map(([value]) => value)).toEqual([3, 4, 5, 6, 7, 8].map((n) => n * 2e9));
  expect(await samplesOf('mem.rss', '')).toEqual(Array(3).fill([2, null, false]));
});

test('names chunks whose names of counters are damaged', async () => {
  const writer = openChunkWriter({ directory: directory(), epoch: 1 });
  for (const n of [0, 1]) await writer.appendSamples(batch([reading(n)]));
  const path = join(directory(), 'chunks', 'samples-000001-000001.ndjson');
  await writeFile(path, (await readFile(path, 'utf8')).replace('{"set":0,', '{"set":'));
  expect(await tables(2)).toEqual([`${path}: the names of 2 readings are damaged`]);
});

test('loads the many chunks that older versions made', async () => {
  const text = sampleChunk(batch([reading(0)]), { epoch: 1, sequence: 1 });
  for (let n = 0; n < 1_001; n += 1)
    await writeFile(
      join(directory(), 'chunks', `samples-000001-${String(n + 1).padStart(6, '0')}.ndjson`),
      text.replaceAll(`"tick":${String(FROM)}`, `"tick":${String(tick(n))}`),
    );
  expect(await tables(1_001)).toEqual([]);
  expect(await query(directory(), 'ledger', 'SELECT state, count(*)::INT FROM ? GROUP BY state')).toEqual([
    ['value', 1_001],
  ]);
});

test('names chunks that are cut off or damaged and uses the rest', async () => {
  const limits = { bytes: 1, ageMs: Infinity };
  const writer = openChunkWriter({ directory: directory(), epoch: 1, limits });
  await writer.appendSamples(batch([reading(0)]));
  await writer.appendSamples(batch([reading(1), reading(2)]));
  await writer.appendSamples(batch([reading(3)]));
  const [first = '', second = ''] = (await readdir(join(directory(), 'chunks'))).sort();
  const path = join(directory(), 'chunks', second);
  await appendFile(join(directory(), 'chunks', first), 'nonsense\n');
  await truncate(path, (await stat(path)).size - 20);
  const problems = await tables(4);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/samples-000001-000002\.ndjson: it has 1 whole readings .* of the 2 and 0 written/);
  expect(await query(directory(), 'ledger', 'SELECT state FROM ? ORDER BY tick')).toEqual([
    ['value'],
    ['value'],
    ['gap'],
    ['value'],
  ]);
});

test('a campaign without any sample has a ledger of gaps', async () => {
  expect(await tables(2)).toEqual([]);
  expect(await query(directory(), 'samples', 'SELECT count(*)::INT FROM ?')).toEqual([[0]]);
  expect(await query(directory(), 'ledger', 'SELECT DISTINCT state FROM ?')).toEqual([['gap']]);
});

const outages = fc.array(
  fc.record({ from: fc.nat(30), length: fc.integer({ min: 1, max: 8 }), host: fc.constantFrom('h1', 'h2') }),
  { maxLength: 5 },
);
const appends = fc.array(
  fc.record({
    from: fc.nat(30),
    length: fc.nat(12),
    epoch: fc.integer({ min: 1, max: 3 }),
    host: fc.constantFrom('h1', 'h2'),
    delay: fc.nat(10),
  }),
  { minLength: 1, maxLength: 12 },
);

test('the ledger has each tick of each entity once, with its value or a reason, whatever was stored how often by whom', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), outages, appends, async (ticks, out, written) => {
      const at = join(directory(), String((run += 1)));
      await mkdir(join(at, 'chunks'), { recursive: true });
      const writers = new Map([1, 2, 3].map((epoch) => [epoch, openChunkWriter({ directory: at, epoch })]));
      const isOut = (n: number, host: string): boolean =>
        out.some((each) => each.host === host && n >= each.from && n < each.from + each.length);
      const stored = new Set<string>();
      for (const { from, length, epoch, host, delay } of written) {
        const ns = Array.from({ length }, (_, index) => from + index).filter((n) => !isOut(n, host));
        const readings = ns.flatMap((n) => [
          reading(n, { source: host }),
          reading(n, { entityKind: 'host', entity: host, source: host }),
        ]);
        const notes = out.map((each) =>
          note(each.from, each.from + each.length - 1, { source: each.host, scope: 'all', reason: 'out' }),
        );
        await writers.get(epoch)?.appendSamples(batch(readings, notes, tick(from + length + delay)));
        for (const n of ns.filter((each) => each < ticks)) stored.add(`g1 ${String(n)}`).add(`${host} ${String(n)}`);
      }
      const entities = [g1, { kind: 'host', name: 'h1' }, { kind: 'host', name: 'h2' }] as const;
      await writeSampleTables(at, { campaign: 'c', range: range(ticks), entities });
      const rows = await query(
        at,
        'ledger',
        `SELECT entity || ' ' || ((epoch_ms(tick) - ${String(FROM)}) // ${String(EVERY)}), state, reason FROM ?`,
      );
      const keys = rows.map(([key]) => String(key));
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toHaveLength(ticks * entities.length);
      for (const [key, state, reason] of rows) {
        expect(state === 'gap').toBe(!stored.has(String(key)));
        expect(typeof reason === 'string' && reason !== '').toBe(state === 'gap');
      }
      const ofHosts = rows.map(([key, state, reason]) => [...String(key).split(' '), state, reason]);
      const unexplained = ofHosts.filter(
        ([name, n, state, reason]) =>
          name !== 'g1' && state === 'gap' && isOut(Number(n), String(name)) && reason !== 'out',
      );
      expect(unexplained).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 60_000);
