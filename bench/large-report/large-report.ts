import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../client/package-path';
import { FOUR_MILLION, writeLargeResults } from '../../test/report/large-results';
import type { Bench, Row } from '../bench';
import { interleave } from '../interleave';
import { runBenchProgram, runMeasured, type Measured } from '../run-measured';
import { summarise, summariseRatios } from '../summarise';

const ROUNDS = { quick: 1, normal: 3, full: 7 } as const;
const AIM_MS = 5_000;
const MIB = 2 ** 20;

/** (f) `drover report` of a campaign of 11 hours, 20 hosts and 100 VMs, as its user waits for it. */
export const largeReport: Bench = {
  id: 'f',
  title: 'report of 4 million samples',
  async run({ directory, say, size }) {
    const results = join(directory, 'results');
    const parquet = join(results, 'samples.parquet');
    const page = join(results, 'report.html');
    const samples = await writeLargeResults(results, FOUR_MILLION);
    say(`${String(samples)} samples lie ready, ${(statSync(parquet).size / MIB).toFixed(0)} MiB of Parquet`);
    const pandas = findPandas(parquet, join(directory, 'pandas.html'));
    const { drover, duckdb, python } = await interleave<Measured, 'drover' | 'duckdb' | 'python'>(ROUNDS[size], {
      drover: async () => runMeasured(packagePath('dist/client/main.js'), ['report', results], { directory }),
      duckdb: async () => {
        const ran = await runBenchProgram('large-report/read-with-duckdb.ts', [parquet], { directory });
        return { ...ran, ms: Number(ran.stdout) };
      },
      python: async () => pandas?.() ?? Promise.resolve({ ms: NaN, peakMib: NaN, stdout: '' }),
    });
    const seconds = (runs: readonly Measured[]): readonly number[] => runs.map(({ ms }) => ms / 1_000);
    const time = summarise(seconds(drover));
    const row = (name: string, runs: readonly Measured[]): Row => ({
      measure: 'report of 4 million samples (ratio: drover / beside)',
      unit: 's',
      drover: time,
      peer: { name, summary: summarise(seconds(runs)) },
      ratio: summariseRatios(seconds(drover), seconds(runs)),
      aim: { text: '<= 5 s', met: time.median * 1_000 <= AIM_MS },
    });
    return {
      pairs: drover.length,
      rows: [
        row('the same Parquet aggregated by DuckDB, nothing drawn', duckdb),
        ...(pandas === null ? [] : [row('48 of its series by pandas and plotly', python)]),
        {
          measure: 'its peak memory',
          unit: 'MiB',
          drover: summarise(drover.map(({ peakMib }) => peakMib)),
          peer: { name: 'DuckDB', summary: summarise(duckdb.map(({ peakMib }) => peakMib)) },
        },
        { measure: 'its size', unit: 'MB', drover: summarise([statSync(page).size / 1e6]) },
      ],
      notes: [
        `${String(samples)} samples, ${String(FOUR_MILLION.migrations)} migrations`,
        'drover: from the start of the command line to its end; DuckDB: the query alone',
        ...(pandas === null ? ['python3 has no pandas, pyarrow and plotly here: not compared'] : []),
      ],
    };
  },
};

/** What makes a page by pandas; null if this machine lacks it. */
function findPandas(parquet: string, page: string): (() => Measured) | null {
  const there = spawnSync('python3', ['-c', 'import pandas, plotly, pyarrow']);
  if (there.status !== 0) return null;
  return () => {
    const startedMs = performance.now();
    const ran = spawnSync('python3', [join(__dirname, 'pandas-page.py'), parquet, page], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`pandas failed: ${ran.stderr}`);
    return { ms: performance.now() - startedMs, peakMib: NaN, stdout: '' };
  };
}
