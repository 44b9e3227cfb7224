import { ring } from '../../campaign/plan/patterns/ring';

/** Which VMs each host has now. */
export type Placement = Readonly<Record<string, readonly string[]>>;

/** One move of a ring. */
export interface RingMove {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
}

/** VMs on hosts, the same number on each: `g1` and `g2` on `h1`, and so on. */
export function evenPlacement(hosts: number, perHost: number): Placement {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return Object.fromEntries(
    numbers(hosts).map((host) => [
      `h${String(host + 1)}`,
      numbers(perHost).map((n) => `g${String(host * perHost + n + 1)}`),
    ]),
  );
}

/** The moves that drover's pattern makes of this placement, and where the VMs are after them. */
export function ringMoves(placement: Placement, migrations: number): { moves: readonly RingMove[]; after: Placement } {
  const at = new Map(Object.entries(placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)));
  const moves = ring(placement, { kind: 'ring', migrations, concurrent: 1, pace: { pauseMs: 0 } }).map(({ vm, to }) => {
    const from = at.get(vm) ?? '';
    at.set(vm, to);
    return { vm, from, to };
  });
  const vmsOn = (host: string): readonly string[] => [...at].filter(([, where]) => where === host).map(([vm]) => vm);
  return { moves, after: Object.fromEntries(Object.keys(placement).map((host) => [host, vmsOn(host)])) };
}
