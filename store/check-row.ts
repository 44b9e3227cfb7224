import { printable } from '../campaign/plan/printable';
import { columnsOf, type ColumnType } from './table-columns';
import type { TableName, Tables } from './types';

/** A row that fits its table, or why it does not. */
export type CheckedRow<T extends TableName> =
  { readonly row: Tables[T]; readonly problem: null } | { readonly row: null; readonly problem: string };

/** The last moment that JavaScript and Parquet both can name. */
const LATEST_TIME_MS = 8.64e15;
const LONGEST = 60;

const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  time: (value) => typeof value === 'number' && Math.abs(value) <= LATEST_TIME_MS,
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
};

/** Checks a value against a table's columns; a nullable column that an older version did not know becomes null. */
export function checkRow<T extends TableName>(table: T, value: unknown): CheckedRow<T> {
  const refuse = (problem: string): CheckedRow<T> => ({ row: null, problem });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('not a row');
  const given = value as Record<string, unknown>;
  const columns = columnsOf(table);
  const unknown = Object.keys(given).find((name) => !columns.some(([known]) => known === name));
  if (unknown !== undefined) return refuse(`column ${printable(unknown, LONGEST)} is not known to this version`);
  const row: Record<string, unknown> = {};
  for (const [name, { type, nullable }] of columns) {
    const cell = given[name] ?? null;
    if (cell === null ? !nullable : !FITS[type](cell)) {
      return refuse(`${name} is ${show(cell)}, which is not ${nullable ? 'null or ' : ''}${type}`);
    }
    row[name] = cell;
  }
  return { row: row as unknown as Tables[T], problem: null };
}

/** Whatever a damaged line holds, shortened; what has no end (a list in a list in a list) only by its type. */
function show(cell: unknown): string {
  if (typeof cell === 'object' && cell !== null) return Array.isArray(cell) ? 'a list' : 'an object';
  return printable(typeof cell === 'string' ? JSON.stringify(cell.slice(0, LONGEST)) : String(cell), LONGEST);
}
