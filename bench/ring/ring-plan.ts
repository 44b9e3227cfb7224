import { ring } from '../../campaign/plan/patterns/ring';

/** Which VMs each host has now. */
export type Placement = Readonly<Record<string, readonly string[]>>;

/** One move of a ring. */
export interface RingMove {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
}

/** VMs dealt out to the hosts in turn, as a lab starts with them: with two hosts `g1` and `g3` on `h1`. */
export function dealtOut(hosts: number, vms: number): Placement {
  const numbers = Array.from({ length: vms }, (_, index) => index);
  return Object.fromEntries(
    numbers
      .slice(0, hosts)
      .map((host) => [
        `h${String(host + 1)}`,
        numbers.filter((vm) => vm % hosts === host).map((vm) => `g${String(vm + 1)}`),
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
