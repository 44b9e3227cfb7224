import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { CLEAN } from './checker/judge-run';
import type { Fault } from './faults';
import { runFaults } from './run-faults';

jest.setTimeout(2_400_000);

/** Longer than every timeout of an activity of a campaign (10 min), collections included; only an agent's lease (1 h) and a host that is given up (30 min) last longer. */
const FOR_MS = 660_000;
/** In the middle of the second migration; no other worker takes over. */
const FAULTS: readonly Fault[] = [{ victim: 'worker', deed: 'SIGSTOP', which: 0, atMs: 13_500, forMs: FOR_MS }];

describeOnKvmLab(`the only worker frozen for ${String(FOR_MS / 1_000)} s on ${KVM_LAB}`, () => {
  test('it goes on when it wakes, and nothing is lost, doubled, over the limit, unaccounted or falsified', async () => {
    const { verdict, faults, migrations } = await runFaults('ring', FAULTS);
    console.log(migrations);
    expect(faults).toHaveLength(FAULTS.length);
    expect(verdict).toEqual(CLEAN);
  });
});
