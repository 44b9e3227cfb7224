/**
 * What a migration takes besides sending memory, milliseconds; of the KVM lab (QEMU 10 under TCG): an idle guest of
 * 256 MiB takes 0.6 to 1.8 s in all, its switch-over 18 to 150 ms.
 */
export const TIMING = {
  /** Connecting, defining the VM on the target, starting the first pass. */
  setupMs: 350,
  /** Device state and the handshake while the VM is stopped. */
  switchOverMs: 45,
  /** Tidying up while the VM already runs on the target. */
  finishMs: 250,
  /** How much each of them varies. */
  spread: 0.25,
  /** How much the bytes of a pass vary: protocol, pages sent twice. */
  passSpread: 0.03,
} as const;

/** QEMU's default downtime limit. */
export const DOWNTIME_LIMIT_MS = 300;

/** QEMU's auto-converge: begins when a pass dirties more than half of what it sent, and gets harder with every pass. */
export const THROTTLE = { trigger: 0.5, first: 0.2, more: 0.1, most: 0.99 } as const;
