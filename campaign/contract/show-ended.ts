import type { MigrationEnded } from './messages';
import { showDuration, showLine } from './show-figures';

/** How a migration ended, in one line for people; `emphasise` marks the outcome where the reader can show that. */
export function showEnded(ended: MigrationEnded, emphasise = (outcome: string): string => outcome): string {
  const { vm, from, to, outcome, migrationMs, downtimeMs, latenessMs, error } = ended;
  const known = [
    migrationMs === null ? null : `migration time ${showDuration(migrationMs)}`,
    downtimeMs === null ? null : `downtime by the hypervisor ${showDuration(downtimeMs)}`,
    latenessMs === null ? null : `lateness ${showDuration(latenessMs)}`,
    error === null ? null : showLine(error),
  ].filter((part) => part !== null);
  return [`${vm} ${from} to ${to}: ${emphasise(outcome)}`, ...known].join(', ');
}
