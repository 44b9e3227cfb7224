import { columnsOf, type ColumnType } from './table-columns';
import type { TableName, Tables } from './types';

/** A row that fits its table, or why it does not. */
export type CheckedRow<T extends TableName> =
  { readonly row: Tables[T]; readonly problem: null } | { readonly row: null; readonly problem: string };

const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  time: (value) => Number.isFinite(value),
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
  if (unknown !== undefined) return refuse(`column ${unknown} is not known to this version`);
  const row: Record<string, unknown> = {};
  for (const [name, { type, nullable }] of columns) {
    const cell = given[name] ?? null;
    if (cell === null ? !nullable : !FITS[type](cell)) {
      return refuse(`${name} is ${JSON.stringify(cell)}, which is not ${nullable ? 'null or ' : ''}${type}`);
    }
    row[name] = cell;
  }
  return { row: row as unknown as Tables[T], problem: null };
}
