import { html, type Html, type HtmlPart } from './html';

/** One column: `text` stays on one line, `prose` wraps, `figure` is right aligned with digits of equal width. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly unit?: string;
  readonly kind: 'text' | 'prose' | 'figure';
  /** Null: not available. */
  readonly cell: (row: Row) => HtmlPart;
  /** Set where a column may be empty throughout: it is then left out, and this says why there is nothing. */
  readonly whenAbsent?: string;
}

/** A table in a box of its own that scrolls; columns without any value are named below it with the reason. */
export function dataTable<Row>(
  label: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  rowClass: (row: Row) => string = () => '',
): Html {
  const cells = rows.map((row) => ({ row, cells: new Map(columns.map((column) => [column, column.cell(row)])) }));
  const isAbsent = (column: TableColumn<Row>) =>
    column.whenAbsent !== undefined && cells.every((each) => (each.cells.get(column) ?? null) === null);
  const shown = columns.filter((column) => !isAbsent(column));
  const absent = columns.filter(isAbsent);
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${shown.map(heading)}
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            ({ row, cells: values }) =>
              html`<tr class="${rowClass(row)}">
                ${shown.map((column) => bodyCell(column, values.get(column) ?? null))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${absent.length === 0 ? null : html`<p class="note">Not available: ${absences(absent)}</p>`}`;
}

function heading<Row>({ title, unit, kind }: TableColumn<Row>): Html {
  return html`<th scope="col" class="${kind}">
    ${title}${unit === undefined ? null : html` <span class="unit">${unit}</span>`}
  </th>`;
}

function bodyCell<Row>({ kind }: TableColumn<Row>, value: HtmlPart): Html {
  return html`<td class="${kind}">${value ?? html`<span class="none" title="not available">n/a</span>`}</td>`;
}

/** Columns that lack their values for one reason are named together. */
function absences<Row>(columns: readonly TableColumn<Row>[]): Html[] {
  const reasons = [...new Set(columns.flatMap(({ whenAbsent }) => whenAbsent ?? []))];
  return reasons.map((reason, index) => {
    const titles = columns.filter(({ whenAbsent }) => whenAbsent === reason).map(({ title }) => title);
    return html`${index === 0 ? '' : '; '}<b>${titles.join(', ')}</b> (${reason})`;
  });
}
