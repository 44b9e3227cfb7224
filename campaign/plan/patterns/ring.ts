import type { Move } from '../pace-moves';
import type { RingPattern } from '../pattern-spec';
import type { Placement } from '../plan';

interface Traveller {
  readonly vm: string;
  at: number;
  moves: number;
  lastMove: number;
}

/**
 * The circle of the EPFL report of 2011, section 3.2: every VM in turn goes to the host after its own. Among those that
 * moved least, the one whose next host holds the fewest VMs goes first, so that with a host to spare there is never more
 * than one VM a host. A VM is never among `concurrent` consecutive moves twice.
 */
export function ring(placement: Placement, { migrations, concurrent }: RingPattern): readonly Move[] {
  const hosts = Object.keys(placement);
  const load = Object.values(placement).map((vms) => vms.length);
  const travellers = Object.values(placement).flatMap((vms, at) =>
    vms.map((vm): Traveller => ({ vm, at, moves: 0, lastMove: -Infinity })),
  );
  const next = (at: number): number => (at + 1) % hosts.length;
  const moves: Move[] = [];
  for (let index = 0; index < migrations; index += 1) {
    let best: Traveller | undefined;
    for (const traveller of travellers) {
      if (index - traveller.lastMove < concurrent) continue;
      if (best === undefined || isSooner(traveller, best, (at) => load[next(at)] ?? 0)) best = traveller;
    }
    if (best === undefined) break;
    const target = next(best.at);
    load[best.at] = (load[best.at] ?? 0) - 1;
    load[target] = (load[target] ?? 0) + 1;
    best.at = target;
    best.moves += 1;
    best.lastMove = index;
    moves.push({ vm: best.vm, to: hosts[target] ?? '' });
  }
  return moves;
}

function isSooner(one: Traveller, other: Traveller, crowd: (at: number) => number): boolean {
  return one.moves === other.moves ? crowd(one.at) < crowd(other.at) : one.moves < other.moves;
}
