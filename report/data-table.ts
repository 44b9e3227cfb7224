import { formatNumber } from './format-figure';
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

/** How a table is shown. */
export interface TableOptions<Row> {
  readonly rowClass?: (row: Row) => string;
  /** The file that has all rows, where a table may have too many to show. */
  readonly file?: string;
}

const MOST_ROWS = 1000;
/** A longer table has a box that scrolls down too; in print it is shown whole. */
const LONG = 40;

/** A table in a box of its own that scrolls; columns without any value are named below it with the reason. */
export function dataTable<Row>(
  label: string,
  columns: readonly TableColumn<Row>[],
  all: readonly Row[],
  { rowClass = () => '', file = 'the files beside this report' }: TableOptions<Row> = {},
): Html {
  const rows = all.slice(0, MOST_ROWS);
  const cells = rows.map((row) => ({ row, cells: new Map(columns.map((column) => [column, column.cell(row)])) }));
  const isAbsent = (column: TableColumn<Row>) =>
    column.whenAbsent !== undefined && cells.every((each) => (each.cells.get(column) ?? null) === null);
  const shown = columns.filter((column) => !isAbsent(column));
  const absent = columns.filter(isAbsent);
  return html`<div
      class="${rows.length > LONG ? 'scroll long' : 'scroll'}"
      role="region"
      aria-label="${label}"
      tabindex="0"
    >
      <table>
        <thead>
          <tr>
            ${shown.map(heading)}
          </tr>
        </thead>
        <tbody>
          ${cells.map(
            ({ row, cells: values }) =>
              html`<tr${classOf(rowClass(row))}>${shown.map((column) => bodyCell(column, values.get(column) ?? null))}</tr>\n`,
          )}
        </tbody>
      </table>
    </div>
    ${all.length === rows.length ? null : html`<p class="note">The first ${formatNumber(rows.length, 0)} of ${formatNumber(all.length, 0)} rows; all are in ${file}.</p>`}
    ${absent.length === 0 ? null : html`<p class="note">Not available: ${absences(absent)}</p>`}`;
}

const classOf = (name: string): Html | null => (name === '' ? null : html` class="${name}"`);

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
    return html`${index === 0 ? '' : '; '}<b>${[...new Set(titles)].join(', ')}</b> (${reason})`;
  });
}
