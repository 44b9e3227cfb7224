import { html, type Html } from './html';

const FILES: readonly (readonly [files: readonly string[], what: string])[] = [
  [['campaign.json'], 'spec, inventory, versions, machine, times'],
  [['plan.json'], 'the plan: placement and every action with its due time'],
  [['migrations.csv', 'migrations.parquet'], 'one row a migration, placement included'],
  [['actions.csv', 'actions.parquet'], 'one row an action'],
  [['silences.csv', 'silences.parquet'], 'one row a silence, with bounds'],
  [['probes.csv', 'probes.parquet'], 'what the prober did, a row for each target and piece of time'],
  [['chunks/'], 'rows as they were written, never changed'],
];

/** What lies in the result directory, as links relative to the report. */
export function fileList(): Html {
  return html`<dl>
      ${FILES.map(
        ([files, what]) =>
          html`<dt>${files.map((file, index) => html`${index === 0 ? null : ', '}<a href="${file}">${file}</a>`)}</dt>
            <dd>${what}</dd> `,
      )}
    </dl>
    <p class="note">
      Times in the tables are UTC with milliseconds; columns carry their unit; an empty cell means not available.
    </p>`;
}
