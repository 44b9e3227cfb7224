import { checkoutCommit } from '../checkout-commit';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { PLANNED_MS, SHAPES } from './campaigns';
import { CLEAN } from './checker/judge-run';
import { drawFaults, FAULT_KINDS } from './faults';
import { MatrixJournal } from './matrix-journal';
import { renderMatrix } from './render-matrix';
import { runFaults } from './run-faults';

jest.setTimeout(1_200_000);

const SEED = Number(process.env['DROVER_SEED'] ?? '1');
const FAULTS_PER_RUN = 8;
const RUNS = Math.ceil(Number(process.env['DROVER_FAULTS'] ?? '208') / FAULTS_PER_RUN);
/** Only these victims, by name, with commas between them. */
const VICTIMS = process.env['DROVER_VICTIMS']?.split(',');
const KINDS = FAULT_KINDS.filter(({ victim }) => VICTIMS?.includes(victim) ?? true);
const COMMIT = checkoutCommit();

describeOnKvmLab(`the kill matrix, seed ${String(SEED)}, on ${KVM_LAB}`, () => {
  const journal = new MatrixJournal(process.env['DROVER_MATRIX_FILE'] ?? null, SEED);

  afterAll(() => console.log(renderMatrix(journal.lines)));

  const before = journal.lines.map((line) => [line.run, line] as const);
  if (before.length > 0)
    test.each(before)('run %i, from the journal, has no complaint', (_, { error, done }) => {
      expect({ error, ...done?.verdict }).toEqual({ error: null, ...CLEAN });
    });

  const numbers = Array.from({ length: RUNS }, (_, index) => index).filter((run) => !journal.has(run));
  test.each(numbers.map((run) => [run, SHAPES[run % SHAPES.length] ?? 'ring'] as const))(
    'run %i (%s): nothing is lost, doubled, over the limit, unaccounted or falsified without a mark',
    async (run, shape) => {
      const of = { run, seed: SEED, commit: COMMIT, shape };
      try {
        const faults = drawFaults(SEED, run, FAULTS_PER_RUN, PLANNED_MS, KINDS);
        const done = await runFaults(shape, faults);
        journal.add({ ...of, done, error: null });
        expect({ faults: done.faults, ...done.verdict }).toEqual({ faults: done.faults, ...CLEAN });
        expect(done.faults.length).toBeGreaterThan(0);
      } catch (error) {
        if (!journal.has(run)) journal.add({ ...of, done: null, error: String(error) });
        throw error;
      }
    },
  );
});
