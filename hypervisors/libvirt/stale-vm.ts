import { HypervisorError, type MigrationIntent } from '../types';

/** The VM is not the one of the baseline any more. */
export function staleVm({ vm, from }: MigrationIntent): HypervisorError {
  return new HypervisorError(
    'stale',
    `${vm} left ${from}, or was started anew there, since it was looked up.`,
    false,
    'Somebody else moved or restarted it: look it up again.',
  );
}
