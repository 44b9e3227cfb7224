import { kvmLabRequirements } from '../../../lab/kvm/requirements';

const lacking = kvmLabRequirements();

/** Title of a group of tests that need the KVM lab; says why they are left out on a machine that cannot run it. */
export const KVM_LAB = lacking.length === 0 ? 'the KVM lab' : `the KVM lab (not here: ${lacking.join('; ')})`;

/** `describe` where the KVM lab can run; elsewhere its tests are left out, and the closing lines name them. */
export const describeOnKvmLab = lacking.length === 0 ? describe : describe.skip;
