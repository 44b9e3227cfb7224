import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependencies } from './dependencies';
import type { RunMigrationInput } from './migration-result';

/**
 * How long the end of a migration is kept from its own workflow after its permit went back: the next request waits for
 * that permit, and what is to be recorded of this one would take the processor from it.
 */
const NEXT_FIRST_MS = 100;

/** Gives the permit of a migration back, once. @returns whether it went back; if not, the workflow has to do it */
export type ReturnPermit = () => Promise<boolean>;

/**
 * Makes what gives a migration's permit back as soon as the hypervisor says that it is over, three workflow tasks before
 * its own workflow could: the next one waits for it. What may still be requested keeps its permit.
 */
export function createReturnPermit(
  workflows: Dependencies['workflows'],
  { site, permitId }: RunMigrationInput,
): ReturnPermit {
  let returned: Promise<boolean> | undefined;
  const release = async (requestId: string): Promise<boolean> => {
    try {
      await workflows.releasePermit(site, { requestId });
    } catch {
      return false;
    }
    await sleep(NEXT_FIRST_MS);
    return true;
  };
  return () => (returned ??= permitId === undefined ? Promise.resolve(false) : release(permitId));
}
