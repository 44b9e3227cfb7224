import type { VmState } from '../state/state';

/** A VM's CLOCK_MONOTONIC, nanoseconds since the data centre was made: it does not run while the VM is stopped. */
export function guestClockNs({ stoppedAtMs, stoppedForMs }: VmState, createdAtMs: number, nowMs: number): bigint {
  return BigInt(Math.round(((stoppedAtMs ?? nowMs) - stoppedForMs - createdAtMs) * 1e6));
}
