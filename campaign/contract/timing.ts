/** How long before its due time an action is armed: enough for a permit, a look at the VM and a warm connection. */
export const ARM_LEAD_MS = 5_000;

/** How long a request to a hypervisor may take until its effect shows; after that it is taken to have had none. */
export const REQUEST_TIMEOUT_MS = 15_000;
