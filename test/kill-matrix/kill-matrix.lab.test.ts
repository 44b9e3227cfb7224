import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { CLEAN } from './checker/judge-run';
import type { Fault } from './faults';
import { runFaults } from './run-faults';

jest.setTimeout(900_000);

/** The long form draws its faults; this one strikes what matters most, in the middle of migrations. */
const FAULTS: readonly Fault[] = [
  { victim: 'worker', deed: 'SIGKILL', which: 0, atMs: 1_500, forMs: 2_000 },
  { victim: 'server', deed: 'SIGKILL', which: 0, atMs: 8_000, forMs: 3_000 },
  { victim: 'prober', deed: 'SIGKILL', which: 0, atMs: 14_000, forMs: 1_000 },
  { victim: 'libvirtd', deed: 'SIGKILL', which: 1, atMs: 20_000, forMs: 2_000 },
];

const EVERY_S = 6;

describeOnKvmLab(`the kill matrix, short form, on ${KVM_LAB}`, () => {
  test('nothing is lost, doubled, over the limit, unaccounted or falsified without a mark', async () => {
    const { verdict, faults } = await runFaults('staircase', FAULTS, EVERY_S);
    expect(faults).toHaveLength(FAULTS.length);
    expect(verdict).toEqual(CLEAN);
  });
});
