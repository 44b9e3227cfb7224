import { html, type Html } from './html';
import type { ReportInput } from './report-input';

/** What may lie in the result directory, as links relative to the report; samples and ledger only where there are any. */
export function fileList({ counters, ledger }: ReportInput): Html {
  const files: readonly (readonly [files: readonly string[], what: string])[] = [
    [['campaign.json'], 'spec, inventory, versions, machine, times'],
    [['plan.json'], 'the plan: placement and every action with its due time'],
    [['migrations.csv', 'migrations.parquet'], 'one row a migration, placement included'],
    [['actions.csv', 'actions.parquet'], 'one row an action'],
    [['blackouts.csv', 'blackouts.parquet'], 'one row a migration and vantage'],
    [['silences.csv', 'silences.parquet'], 'one row a silence, with bounds'],
    [['probes.csv', 'probes.parquet'], 'what the prober did, a row for each target and piece of time'],
    [['clocks.csv', 'clocks.parquet'], 'offset and uncertainty of each machine’s clock, one row a minute'],
    ...(counters === null ? [] : [[['samples.parquet'], 'every counter, instance and tick; as Parquet only'] as const]),
    ...(ledger === null
      ? []
      : [[['ledger.csv', 'ledger.parquet'], 'what became of every tick of every host and VM'] as const]),
    [['chunks/'], 'rows as they were written, never changed'],
  ];
  return html`<dl>
      ${files.map(
        ([names, what]) =>
          html`<dt>${names.map((file, index) => html`${index === 0 ? null : ', '}<a href="${file}">${file}</a>`)}</dt>
            <dd>${what}</dd> `,
      )}
    </dl>
    <p class="note">
      Times in the tables are UTC with milliseconds; columns carry their unit; an empty cell means not available.
      ${counters === null ? null : html`For example: <code>duckdb -c "SELECT entity, tick, value, per_s FROM 'samples.parquet' WHERE counter = 'cpu.time' ORDER BY ALL"</code>`}
    </p>`;
}
