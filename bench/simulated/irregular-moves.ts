import { seededRandom } from '../../measurement/random';
import type { PeerAction } from '../peers/request-migration';

/** What a list of moves is made of; every VM moves to the host after its own and back, an even number of times. */
export interface MovesOptions {
  readonly hosts: number;
  readonly vms: number;
  readonly moves: number;
  /** One in each interval, at a moment drawn from it: nothing falls into step with somebody's period. */
  readonly everyMs: number;
  readonly seed: number;
}

/** Moves at moments that are whole milliseconds, in their order. @throws Error if the VMs would not be at home at the end */
export function irregularMoves({ hosts, vms, moves, everyMs, seed }: MovesOptions): readonly PeerAction[] {
  if (moves % (2 * vms) !== 0) throw new Error(`${String(moves)} moves do not bring ${String(vms)} VMs home`);
  const random = seededRandom(seed);
  return Array.from({ length: moves }, (_, index) => {
    const vm = index % vms;
    const [home, away] = [`h${String((vm % hosts) + 1)}`, `h${String(((vm + 1) % hosts) + 1)}`];
    const out = Math.floor(index / vms) % 2 === 0;
    return {
      id: `move-${String(index + 1)}`,
      vm: `g${String(vm + 1)}`,
      from: out ? home : away,
      to: out ? away : home,
      atMs: Math.floor((index + random()) * everyMs),
    };
  });
}
