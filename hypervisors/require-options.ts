import { HypervisorError } from './types';

/** Refuses a migration for the first thing that its hypervisor cannot do of its options. @throws HypervisorError unsupported */
export function requireOptions([problem]: readonly string[]): void {
  if (problem !== undefined)
    throw new HypervisorError('unsupported', `${problem}.`, false, 'Correct the options in the spec.');
}
