import type { Move } from '../pace-moves';
import type { StaircasePattern } from '../pattern-spec';
import type { Placement } from '../plan';
import { takeTurns } from '../take-turns';

/**
 * The staircase of the EPFL report of 2011, section 3.1: one VM after another, in turn from each host, comes to the
 * target until `upTo` run there; then, if `reverse`, they go home in the opposite order.
 */
export function staircase(
  placement: Placement,
  { target, upTo, reverse, repeats = 1 }: StaircasePattern,
): readonly Move[] {
  const there = new Map(Object.entries(placement)).get(target)?.length ?? 0;
  const climbers = takeTurns(placement, target).slice(0, Math.max(0, upTo - there));
  const up = climbers.map(({ vm }) => ({ vm, to: target }));
  const down = climbers.toReversed().map(({ vm, home }) => ({ vm, to: home }));
  if (!reverse) return up;
  return Array.from({ length: repeats }, () => [...up, ...down]).flat();
}
