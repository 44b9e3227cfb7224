import type { MigrationRow } from '../store/types';
import { dataTable } from './data-table';
import { html, type Html } from './html';
import { isCensored, isFailed } from './migration-groups';

/** Migrations that ended alike. */
interface Failure {
  readonly outcome: string;
  readonly error: string | null;
  readonly actions: readonly string[];
}

const NAMED = 8;

/** Every migration without success, put together by outcome and reason. */
export function failureTable(rows: readonly MigrationRow[]): Html {
  const failures = new Map<string, { outcome: string; error: string | null; actions: string[] }>();
  for (const row of rows) {
    if (!isFailed(row) && !isCensored(row) && row.outcome !== 'skipped') continue;
    const key = JSON.stringify([row.outcome, row.error]);
    const failure = failures.get(key) ?? { outcome: row.outcome, error: row.error, actions: [] };
    failure.actions.push(`${row.action} (${row.vm})`);
    failures.set(key, failure);
  }
  if (failures.size === 0) return html`<p>Every migration succeeded.</p>`;
  return dataTable<Failure>(
    'Failures',
    [
      { title: 'Outcome', kind: 'text', cell: ({ outcome }) => outcome },
      { title: 'Migrations', kind: 'figure', cell: ({ actions }) => String(actions.length) },
      { title: 'Reason', kind: 'prose', cell: ({ error }) => error },
      {
        title: 'Which',
        kind: 'prose',
        cell: ({ actions }) =>
          `${actions.slice(0, NAMED).join(', ')}${actions.length > NAMED ? `, and ${actions.length - NAMED} more` : ''}`,
      },
    ],
    [...failures.values()].sort((a, b) => b.actions.length - a.actions.length),
  );
}
