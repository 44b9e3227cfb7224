import type { Dependencies } from './dependencies';
import type { MigrationResult, RunMigrationInput, StaleBaseline } from './migration-result';

/**
 * Gives the permit of a migration back as soon as the hypervisor says that it is over, three workflow tasks before its
 * own workflow could: the next one waits for it. What may still be requested keeps its permit. @returns the result, saying so
 */
export async function returnPermit<R extends MigrationResult | StaleBaseline>(
  workflows: Dependencies['workflows'],
  { site, permitId }: RunMigrationInput,
  result: R,
): Promise<R> {
  if (permitId === undefined || result.outcome === 'stale' || result.outcome === 'missed') return result;
  return workflows.releasePermit(site, { requestId: permitId }).then(
    () => ({ ...result, permitReturned: true }),
    // Then the workflow does it.
    () => result,
  );
}
