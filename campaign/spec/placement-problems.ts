import type { Placement } from '../plan/plan';
import { formatPath } from './problem-path';
import type { Problem } from './problems';

/** VMs that are placed twice, and a placement without any. */
export function placementProblems(placement: Placement): readonly Problem[] {
  const firstHost = new Map<string, string>();
  const problems = Object.entries(placement).flatMap(([host, vms]) =>
    vms.flatMap((vm, index): readonly Problem[] => {
      const first = firstHost.get(vm);
      if (first === undefined) {
        firstHost.set(vm, host);
        return [];
      }
      return [{ path: formatPath(['placement', host, index]), message: `VM ${vm} is placed twice, first on ${first}` }];
    }),
  );
  return firstHost.size === 0 ? [...problems, { path: 'placement', message: 'places no VM on any host' }] : problems;
}
