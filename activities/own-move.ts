import { ACCEPT_WITHIN_MS, REQUEST_TIMEOUT_MS } from '../campaign/contract/timing';
import type { MigrationEvidence } from '../hypervisors/types';
import type { RunMigrationInput } from './migration-result';

/** Evidence of no migration of this intent. */
export type NothingFound = Extract<MigrationEvidence, { state: 'none' }>;

/** As far as the clocks of hosts and worker may be apart in their logs. */
const CLOCKS_MS = 2_000;

/**
 * Whether a move of this VM to this target that began at `beganAtMs`, UTC ms, is the one that was asked for, though its marker is
 * gone: an earlier attempt may have asked, the permit was ours alone, and it began when only our request could arrive.
 */
export function isOwnMove(beganAtMs: number, { dueMs, notAfterMs }: RunMigrationInput): boolean {
  const lastMs = notAfterMs + ACCEPT_WITHIN_MS + REQUEST_TIMEOUT_MS;
  return beganAtMs >= dueMs - CLOCKS_MS && beganAtMs <= lastMs + CLOCKS_MS;
}
