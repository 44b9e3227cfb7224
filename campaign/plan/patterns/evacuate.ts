import type { Move } from '../pace-moves';
import type { EvacuatePattern } from '../pattern-spec';
import type { Placement } from '../plan';

/** Every VM of a host goes to the other hosts in turn; then, if `back`, they return, the last that left first. */
export function evacuate(placement: Placement, { host, to, back, repeats }: EvacuatePattern): readonly Move[] {
  const vms = new Map(Object.entries(placement)).get(host) ?? [];
  const out = vms.map((vm, index) => ({ vm, to: to[index % to.length] ?? '' }));
  if (!back) return out;
  const home = vms.toReversed().map((vm) => ({ vm, to: host }));
  return Array.from({ length: repeats }, () => [...out, ...home]).flat();
}
