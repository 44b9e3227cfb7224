import { LOST_AFTER } from '../campaign/plan/silent-hosts';
import type { MigrationIntent } from '../hypervisors/types';

/** Its request began, and nothing tells how it went on. */
export const UNKNOWN = ({ vm, from, to }: MigrationIntent): string =>
  `what became of it is not known: its request began on ${from}, but no migration of ${vm} to ${to} runs, none is recorded, ` +
  `and it did not arrive; "drover retry" makes a new intent`;

/** The VM is where it was to go, and nothing tells who moved it. */
export const ARRIVED = ({ vm, from, to }: MigrationIntent): string =>
  `what became of it is not known: ${vm} is on ${to} now, but ${from} has no record of its request (a restart takes them)`;

/** Nobody who could tell has answered for long. */
export const OUT_OF_REACH = ({ vm, from, to }: MigrationIntent, why: string): string =>
  `what became of it is not known: for ${LOST_AFTER} ${from} and ${to} could not both be asked ` +
  `about ${vm}: ${why}; "drover retry" makes a new intent`;
