import { actionId } from '../action-id';
import type { StaircasePattern } from '../pattern-spec';
import type { MigrateAction, Placement } from '../plan';

/**
 * The staircase of the EPFL report of 2011, section 3.1: at a fixed pace one VM after another, in turn from each host,
 * comes to the target, until `upTo` run there; then, if `reverse`, they go home in the opposite order.
 */
export function staircase(placement: Placement, { target, upTo, everyMs, reverse }: StaircasePattern): readonly MigrateAction[] {
  const there = placement[target]?.length ?? 0;
  const climbers = takeTurns(placement, target).slice(0, Math.max(0, upTo - there));
  const up = climbers.map(({ vm }) => ({ vm, to: target }));
  const down = reverse ? climbers.toReversed().map(({ vm, home }) => ({ vm, to: home })) : [];
  return [...up, ...down].map(({ vm, to }, index) => ({ id: actionId(index + 1), kind: 'migrate', vm, to, dueMs: index * everyMs }));
}

/** VMs outside the target: the first of each host, then the second of each, and so on. */
function takeTurns(placement: Placement, target: string): readonly { vm: string; home: string }[] {
  const homes = Object.entries(placement).filter(([host]) => host !== target);
  const rounds = Math.max(0, ...homes.map(([, vms]) => vms.length));
  return Array.from({ length: rounds }, (_, round) =>
    homes.flatMap(([home, vms]) => {
      const vm = vms[round];
      return vm === undefined ? [] : [{ vm, home }];
    }),
  ).flat();
}
