import type { LeaseState, MemoryLoad, State, VmState } from '../state/state';

/** Bytes in a MiB. */
export const MIB = 2 ** 20;

/** An idle Linux guest: what it writes to by itself, and what of its memory is not zero (facts of the KVM lab: 74 MiB sent). */
const IDLE: MemoryLoad = { workingSetMib: 2, mibPerS: 0.4, pattern: 'random' };
const IDLE_USED_MIB = 74;

/** The loads in force in a VM at a moment, its own writing included. */
export function loadsOf(state: State, vm: string, atMs: number): readonly MemoryLoad[] {
  return [IDLE, ...inForce(state, vm, atMs, ({ loads }) => loads)];
}

/** Share of the time in which loads keep each vCPU of a VM busy, per cent. */
export function cpuPercentOf(state: State, vm: string, atMs: number): number {
  return inForce(state, vm, atMs, ({ cpuPercent }) => cpuPercent).reduce((sum, percent) => sum + percent, 0);
}

/** Memory of a VM that a first pass has to send: what is not zero. */
export function usedBytes(state: State, { name, memoryMib }: VmState, atMs: number): number {
  const working = inForce(state, name, atMs, ({ loads }) => loads).map(({ workingSetMib: mib }) => mib);
  const locked = inForce(state, name, atMs, ({ lockedMib }) => lockedMib);
  const used = [...working, ...locked].reduce((sum, mib) => sum + mib, IDLE_USED_MIB);
  return Math.min(memoryMib, used) * MIB;
}

/** What all leases in force have for a VM. */
function inForce<T>(
  state: State,
  vm: string,
  atMs: number,
  part: (lease: LeaseState) => Readonly<Record<string, T>>,
): readonly T[] {
  return [...state.leases.values()].flatMap((lease) => {
    const all = part(lease);
    const own = lease.expiresAtMs > atMs && Object.hasOwn(all, vm) ? all[vm] : undefined;
    return own === undefined ? [] : [own];
  });
}

/** Distinct bytes written to after another `forMs`, from `dirtiedBytes`; `speed` 0 to 1 slows the writing. */
export function dirtyMore(
  dirtiedBytes: number,
  loads: readonly MemoryLoad[],
  memoryMib: number,
  speed: number,
  forMs: number,
): number {
  const most = Math.min(memoryMib, workingSetMib(loads)) * MIB;
  if (dirtiedBytes >= most) return dirtiedBytes;
  const pace = dirtyBytesPerMs(loads) * speed;
  const fastest = loads.reduce((most, load) => (load.mibPerS > most.mibPerS ? load : most));
  // Sequential writing meets only clean pages until it has been round once; random writing meets dirty ones more and more.
  return fastest.pattern === 'sequential'
    ? Math.min(most, dirtiedBytes + pace * forMs)
    : most - (most - dirtiedBytes) * Math.exp((-pace * forMs) / most);
}

/** Pace of writing of all loads together, bytes per millisecond. */
export function dirtyBytesPerMs(loads: readonly MemoryLoad[]): number {
  return (loads.reduce((sum, { mibPerS }) => sum + mibPerS, 0) * MIB) / 1_000;
}

function workingSetMib(loads: readonly MemoryLoad[]): number {
  return loads.reduce((sum, load) => sum + load.workingSetMib, 0);
}
