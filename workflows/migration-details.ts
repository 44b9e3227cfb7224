import type { MigrationEnded } from '../campaign/contract/messages';
import { showDuration, showLine } from './shown-figures';

/** How a migration ended, in one line for people. */
export function showEnded({
  vm,
  from,
  to,
  outcome,
  migrationMs,
  downtimeMs,
  latenessMs,
  error,
}: MigrationEnded): string {
  const known = [
    ...(migrationMs === null ? [] : [`migration time ${showDuration(migrationMs)}`]),
    ...(downtimeMs === null ? [] : [`downtime by the hypervisor ${showDuration(downtimeMs)}`]),
    ...(latenessMs === null ? [] : [`lateness ${showDuration(latenessMs)}`]),
    ...(error === null ? [] : [showLine(error)]),
  ];
  return [`${vm} ${from} to ${to}: **${outcome}**`, ...known].join(', ');
}
