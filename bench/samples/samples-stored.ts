import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredReading } from '../../store/sample-types';
import type { Bench, Row } from '../bench';
import { interleave } from '../interleave';
import { runBenchProgram } from '../run-measured';
import { summarise, summariseRatios } from '../summarise';
import { harvestOf, HOSTS, VMS_PER_HOST } from './made-frames';
import { hasSqlite, openDrover, openJsonLines, openSqlite, type SampleSink } from './store-contenders';

/** What one contender did with the samples of one run. Rates are samples a second. */
interface Kept {
  /** One tick of one host after the other, as they come while all is well. */
  readonly live: number;
  /** An hour of one host at once, as after an outage of the worker. */
  readonly backlog: number;
  /** From what was kept to Parquet. */
  readonly compacted: number;
  readonly peakMib: number;
}

const ROUNDS = { quick: 1, normal: 2, full: 7 } as const;
const LIVE_TICKS = { quick: 20, normal: 60, full: 60 } as const;
const BACKLOG_TICKS = 180;
const BACKLOGS = { quick: 1, normal: 4, full: 8 } as const;

/** (e) From what recorders hand over to what a report reads. */
export const samplesStored: Bench = {
  id: 'e',
  title: 'samples stored',
  async run({ directory, size }) {
    const load = { live: LIVE_TICKS[size], backlogs: BACKLOGS[size] };
    let number = 0;
    const keep = (open: (at: string) => Promise<SampleSink>, compact: string | null) => async (): Promise<Kept> => {
      const at = join(directory, String((number += 1)));
      const kept = await keepAll(await open(at), load);
      const compaction = compact === null ? null : await compactAll(compact, at, load, directory);
      await rm(at, { recursive: true });
      const compacted = compaction === null ? NaN : (kept.samples / compaction.ms) * 1_000;
      return { live: kept.live, backlog: kept.backlog, compacted, peakMib: compaction?.peakMib ?? NaN };
    };
    const sqlite = hasSqlite();
    const results = await interleave<Kept, 'drover' | 'sqlite' | 'lines'>(ROUNDS[size], {
      drover: keep(openDrover, 'drover'),
      sqlite: sqlite ? keep(openSqlite, null) : keep(openJsonLines, null),
      lines: keep(openJsonLines, 'copy'),
    });
    const { drover, lines } = results;
    const row = (measure: string, figure: keyof Kept, name: string, peer: readonly Kept[], unit = 'samples/s'): Row => {
      const [own, other] = [drover, peer].map((runs) => runs.map((run) => run[figure])) as [number[], number[]];
      const ratio = summariseRatios(own, other);
      return { measure, unit, drover: summarise(own), peer: { name, summary: summarise(other) }, ratio };
    };
    const LINES = 'JSON lines, no fsync';
    const SQLITE = 'SQLite, fsynced';
    const perTick = 'stored, one host and tick at a time (ratio: drover / beside)';
    const perHour = 'stored, one hour of a host at a time';
    return {
      pairs: drover.length,
      rows: [
        ...(sqlite ? [row(perTick, 'live', SQLITE, results.sqlite)] : []),
        row(perTick, 'live', LINES, lines),
        ...(sqlite ? [row(perHour, 'backlog', SQLITE, results.sqlite)] : []),
        row(perHour, 'backlog', LINES, lines),
        row('compacted to Parquet', 'compacted', 'DuckDB copying JSON lines', lines),
        row('peak memory of compacting', 'peakMib', 'DuckDB copying JSON lines', lines, 'MiB'),
      ],
      notes: [
        `${String(HOSTS)} hosts with ${String(VMS_PER_HOST)} VMs each, ${String(samplesIn(harvestOf(0, 0, 1)))} samples of a host and its VMs a tick; each contender reads the recorders' text first`,
        'drover: each batch appended to a growing chunk, fsynced; SQLite: by Python, a transaction a batch, WAL, synchronous = FULL, primary key; JSON lines: appended, never fsynced',
        'compacting by drover also removes what was stored twice, makes rates and means over instances, and accounts for every tick in the ledger; DuckDB copies rows as they are',
        ...(sqlite ? [] : ['python3 has no sqlite3 here: not compared']),
      ],
    };
  },
};

const samplesIn = (readings: readonly StoredReading[]): number =>
  readings.reduce((sum, { values }) => sum + values.length, 0);

async function keepAll(sink: SampleSink, { live, backlogs }: { live: number; backlogs: number }) {
  const hosts = Array.from({ length: HOSTS }, (_, host) => host);
  const timed = async (first: number, batches: number, ticks: number) => {
    let samples = 0;
    const startedMs = performance.now();
    for (let batch = 0; batch < batches; batch += 1) {
      for (const host of hosts) {
        const readings = harvestOf(host, first + batch * ticks, ticks);
        samples += samplesIn(readings);
        await sink.keep(readings);
      }
    }
    return { samples, perSecond: (samples / (performance.now() - startedMs)) * 1_000 };
  };
  try {
    const one = await timed(0, live, 1);
    const many = await timed(live, backlogs, BACKLOG_TICKS);
    return { live: one.perSecond, backlog: many.perSecond, samples: one.samples + many.samples };
  } finally {
    await sink.close();
  }
}

async function compactAll(how: string, at: string, load: { live: number; backlogs: number }, directory: string) {
  const ticks = String(load.live + load.backlogs * BACKLOG_TICKS);
  const ran = await runBenchProgram('samples/compact.ts', [how, at, ticks], { directory });
  return { ms: Number(ran.stdout), peakMib: ran.peakMib };
}
