/** How long before its due time an action is armed: enough for a permit, a look at the VM and a warm connection. */
export const ARM_LEAD_MS = 5_000;

/**
 * How long after `notAfter` a hypervisor still takes a request that was sent in time. Later it refuses it by its own
 * clock: an attempt that was frozen in the middle of its call, or a packet that was, starts nothing any more.
 */
export const ACCEPT_WITHIN_MS = 10_000;

/** How long a request to a hypervisor may take until its effect shows; after that it is taken to have had none. */
export const REQUEST_TIMEOUT_MS = 15_000;
