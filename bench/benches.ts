import type { Bench } from './bench';

/** All benches, in the order in which they are run and shown. */
export const BENCHES: readonly Bench[] = [];
