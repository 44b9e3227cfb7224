import type { MigrationEnded } from '../campaign/contract/messages';
import { showDuration } from './shown-figures';

/** How a migration ended, as Markdown for the Temporal UI. */
export function renderEnded(ended: MigrationEnded): string {
  const { vm, from, to, outcome, migrationMs, downtimeMs, latenessMs, error } = ended;
  const figures = [
    `migration time ${showDuration(migrationMs)}`,
    `downtime by the hypervisor ${showDuration(downtimeMs)}`,
    `lateness ${showDuration(latenessMs)}`,
  ];
  const lines = [`**${outcome}:** ${vm} from ${from} to ${to}`, figures.join(', '), ...(error === null ? [] : [error])];
  return lines.join('\n\n');
}
