import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { openChunkWriter } from '../../store/chunk-writer';
import { counterGrid } from '../../store/counter-grid';
import { readBulk } from '../../store/read-bulk';
import type { SampleBatch, StoredReading } from '../../store/sample-types';
import { writeSampleTables } from '../../store/write-sample-tables';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const EVERY = 1_000;
const FROM = 1_772_442_000_000;
const tick = (n: number): number => FROM + n * EVERY;
const COUNTERS: StoredReading['counters'] = [
  { counter: 'cpu.time', instance: '', unit: 'ns', kind: 'cumulative' },
  { counter: 'mem.pss', instance: '', unit: 'KiB', kind: 'gauge' },
  { counter: 'net.rx.bytes', instance: 'lo', unit: 'bytes', kind: 'cumulative' },
  { counter: 'net.rx.bytes', instance: 'up0', unit: 'bytes', kind: 'cumulative' },
  { counter: 'net.tx.bytes', instance: 'lo', unit: 'bytes', kind: 'cumulative' },
  { counter: 'net.tx.bytes', instance: 'up0', unit: 'bytes', kind: 'cumulative' },
];

/** Half a core, memory that grows by 1 KiB a tick, and an uplink that carries what lo does not. */
const reading = (entityKind: StoredReading['entityKind'], entity: string, n: number): StoredReading => ({
  entityKind,
  entity,
  tickMs: tick(n),
  takenAtMs: tick(n),
  monotonicMs: n * EVERY,
  source: entity,
  rank: 0,
  provenance: 'observed',
  counters: COUNTERS,
  values: [n * 5e8, 100 + n, 0, n * 2000, 0, n * 3000],
});

async function store(
  names: readonly string[],
  ticks: number,
  missing: (name: string, n: number) => boolean,
  kind: StoredReading['entityKind'] = 'host',
) {
  const numbers = Array.from({ length: ticks }, (_, n) => n);
  const readings = names.flatMap((name) => numbers.filter((n) => !missing(name, n)).map((n) => reading(kind, name, n)));
  const batch: SampleBatch = { readings, notes: [], collectedMs: tick(0) };
  await mkdir(join(directory(), 'chunks'), { recursive: true });
  await openChunkWriter({ directory: directory(), epoch: 1 }).appendSamples(batch);
  await writeSampleTables(directory(), {
    campaign: 'c',
    range: { fromMs: FROM, untilMs: tick(ticks - 1), everyMs: EVERY },
    entities: names.map((name) => ({ kind, name })),
  });
}

const WANTED = { hosts: [], counters: [] };

describe('readBulk', () => {
  it('has neither counters nor a ledger where nothing was sampled', async () => {
    await expect(readBulk(directory(), WANTED)).resolves.toEqual({ counters: null, ledger: null });
  });

  it('draws CPU, memory and the busiest card of each host, the busiest host first, and breaks at gaps', async () => {
    await store(['h1', 'h2'], 10, (host, n) => host === 'h2' && (n === 4 || n === 5));
    const { counters, ledger } = await readBulk(directory(), { hosts: ['h2'], counters: [] });
    expect(counters?.rows).toBe(18 * 8);
    expect(counters?.grid).toEqual({ fromMs: FROM, everyMs: EVERY, bucketMs: EVERY, buckets: 10 });
    const drawn = counters?.series.map(({ entity, panel, counter, instance, points }) => [
      ...[entity, panel, counter, instance],
      points.length,
    ]);
    expect(drawn?.slice(0, 4)).toEqual([
      ['h2', 'cpu', 'cpu.time', '', 6],
      ['h2', 'memory', 'mem.pss', '', 8],
      ['h2', 'network', 'net.rx.bytes', 'up0', 6],
      ['h2', 'network', 'net.tx.bytes', 'up0', 6],
    ]);
    expect(drawn).toHaveLength(8);
    const [cpu, memory] = counters?.series ?? [];
    expect(cpu?.points.map(({ bucket }) => bucket)).toEqual([1, 2, 3, 7, 8, 9]);
    expect(cpu?.points[0]).toEqual({ bucket: 1, n: 1, min: 5e8, mean: 5e8, max: 5e8 });
    expect(memory?.points[7]?.mean).toBe(109);
    expect(ledger).toMatchObject({ fromMs: FROM, untilMs: tick(9), everyMs: EVERY, gapCount: 1 });
    expect(ledger?.entities).toEqual([
      { entityKind: 'host', entity: 'h1', value: 10, backFilled: 0, gap: 0, unaccounted: 0 },
      { entityKind: 'host', entity: 'h2', value: 8, backFilled: 0, gap: 2, unaccounted: 0 },
    ]);
    expect(ledger?.gaps).toEqual([
      {
        entityKind: 'host',
        entity: 'h2',
        fromMs: tick(4),
        untilMs: tick(5),
        ticks: 2,
        reason: 'h2 has no reading of this tick',
      },
    ]);
  });

  it('puts many ticks together and keeps their extremes, and sums all values up', async () => {
    await store(['h1'], 1000, () => false);
    const { counters } = await readBulk(directory(), WANTED);
    expect(counters?.grid).toEqual({ fromMs: FROM, everyMs: EVERY, bucketMs: 4 * EVERY, buckets: 250 });
    const memory = counters?.series.find(({ panel }) => panel === 'memory');
    expect(memory?.points[10]).toEqual({ bucket: 10, n: 4, min: 140, mean: 141.5, max: 143 });
    expect(counters?.summaries.find(({ counter }) => counter === 'mem.pss')).toMatchObject({
      entities: 1,
      instances: 0,
      drawn: 'value',
      n: 1000,
      min: 100,
      mean: 599.5,
      max: 1099,
    });
    const received = counters?.summaries.find(({ counter }) => counter === 'net.rx.bytes');
    expect(received).toMatchObject({ instances: 2, drawn: 'per_s', n: 999, mean: 1000 });
  });

  it('draws a counter asked for by name', async () => {
    await store(['h1'], 5, () => false);
    const { counters } = await readBulk(directory(), { hosts: [], counters: ['net.rx.bytes', 'no.such'] });
    expect(counters?.series.map(({ panel }) => panel)).toEqual(['cpu', 'memory', 'network', 'network']);
  });

  it('draws a counter asked for of the first twelve VMs by name, and says how many have it', async () => {
    const names = Array.from({ length: 14 }, (_, n) => `g${String(n + 1).padStart(2, '0')}`);
    await store(names, 5, () => false, 'vm');
    const { counters } = await readBulk(directory(), { hosts: [], counters: ['mem.pss'] });
    expect(counters?.series.map(({ entity }) => entity)).toEqual(names.slice(0, 12));
    expect(counters).toMatchObject({ hosts: 0, vms: 14 });
    expect((await readBulk(directory(), WANTED)).counters).toMatchObject({ series: [], vms: 0 });
  });

  it('says which of the two files is damaged or missing, and what to do', async () => {
    await store(['h1'], 5, () => false);
    await truncate(join(directory(), 'samples.parquet'), 40);
    await expect(readBulk(directory(), WANTED)).rejects.toMatchObject({
      errors: [expect.objectContaining({ code: 'damaged', message: expect.stringContaining('Restore it') as string })],
    });
    await rm(join(directory(), 'ledger.parquet'));
    await writeFile(join(directory(), 'samples.parquet'), '');
    await expect(readBulk(directory(), WANTED)).rejects.toMatchObject({
      errors: [
        expect.objectContaining({ code: 'missing', path: join(directory(), 'ledger.parquet') }),
        expect.objectContaining({ code: 'damaged', path: join(directory(), 'samples.parquet') }),
      ],
    });
  });
});

describe('counterGrid', () => {
  it('covers both ends in whole ticks with no more buckets than wanted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 1e5 }),
        fc.integer({ min: 1, max: 500 }),
        (ticks, every, most) => {
          const grid = counterGrid(FROM, FROM + ticks * every, every, most);
          expect(grid.buckets).toBeLessThanOrEqual(most);
          expect(grid.bucketMs % every).toBe(0);
          expect(grid.fromMs + grid.buckets * grid.bucketMs).toBeGreaterThan(FROM + ticks * every);
        },
      ),
    );
  });
});
