import type { Bench } from './bench';
import { lateness } from './lateness';
import { largeReport } from './large-report/large-report';
import { manyMigrations } from './many-migrations';
import { ringBesideShell } from './ring/ring-beside-shell';
import { samplesStored } from './samples/samples-stored';
import { permitHandover } from './permit-handover';
import { workerRestart } from './worker-restart';

/** All benches, in the order in which they are run and shown. */
export const BENCHES: readonly Bench[] = [
  lateness,
  ringBesideShell,
  permitHandover,
  workerRestart,
  samplesStored,
  largeReport,
  manyMigrations,
];
