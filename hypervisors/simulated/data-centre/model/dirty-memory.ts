import type { MemoryLoad, State } from '../state/state';

/** Bytes in a MiB. */
export const MIB = 2 ** 20;

/** An idle Linux guest: what it writes to by itself, and what of its memory is not zero (facts of the KVM lab: 74 MiB sent). */
const IDLE: MemoryLoad = { workingSetMib: 2, mibPerS: 0.4, pattern: 'random' };
const IDLE_USED_MIB = 74;

/** The loads in force in a VM at a moment, its own writing included. */
export function loadsOf(state: State, vm: string, atMs: number): readonly MemoryLoad[] {
  const loads = [IDLE];
  for (const lease of state.leases.values()) {
    const load = lease.expiresAtMs > atMs && Object.hasOwn(lease.loads, vm) ? lease.loads[vm] : undefined;
    if (load !== undefined) loads.push(load);
  }
  return loads;
}

/** Memory that a first pass has to send: what is not zero. */
export function usedBytes(loads: readonly MemoryLoad[], memoryMib: number): number {
  const working = loads.slice(1).reduce((sum, { workingSetMib }) => sum + workingSetMib, 0);
  return Math.min(memoryMib, IDLE_USED_MIB + working) * MIB;
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
