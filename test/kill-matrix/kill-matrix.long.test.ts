import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { temporalBinary } from '../temporal-binaries';
import { PLANNED_MS, SHAPES } from './campaigns';
import { drawFaults } from './faults';
import { renderMatrix } from './render-matrix';
import { runFaults, type FaultRun } from './run-faults';

jest.setTimeout(1_200_000);

const SEED = Number(process.env['DROVER_SEED'] ?? '1');
const FAULTS_PER_RUN = 8;
const RUNS = Math.ceil(Number(process.env['DROVER_FAULTS'] ?? '40') / FAULTS_PER_RUN);
/** One line of JSON a run: a matrix of many hours may be interrupted and goes on. */
const journal = process.env['DROVER_MATRIX_FILE'];

function readJournal(): FaultRun[] {
  if (journal === undefined || !existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as FaultRun);
}

describeOnKvmLab(`the kill matrix, seed ${String(SEED)}, on ${KVM_LAB}`, () => {
  const runs = readJournal();

  afterAll(() => console.log(renderMatrix(runs)));

  const numbers = Array.from({ length: RUNS }, (_, index) => index).slice(runs.length);
  test.each(numbers.map((run) => [run, SHAPES[run % SHAPES.length] ?? 'ring'] as const))(
    'run %i (%s): nothing is lost, doubled, over the limit, unaccounted or falsified without a mark',
    async (run, shape) => {
      const root = mkdtempSync(join(tmpdir(), 'drover-kill-matrix-'));
      try {
        const faults = drawFaults(SEED, run, FAULTS_PER_RUN, PLANNED_MS);
        const done = await runFaults(root, shape, faults, {
          home: droverHome(),
          temporal: temporalBinary('temporal'),
        });
        runs.push(done);
        if (journal !== undefined) appendFileSync(journal, `${JSON.stringify(done)}\n`);
        expect({ faults: done.faults, ...done.verdict }).toEqual({
          faults: done.faults,
          ...{ lost: [], doubled: [], limitExceeded: [], unaccounted: [], unmarked: [] },
        });
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
  );
});
