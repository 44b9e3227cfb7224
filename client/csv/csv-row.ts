import type { StoredReading } from '../../store/sample-types';
import type { ActionRow, MigrationRow } from '../../store/types';
import type { SampleValue } from './sample-values';

/** Columns of the stream: those of a sample, then those of an action; a row fills its own. */
const COLUMNS = [
  'time',
  'row',
  'entity_kind',
  'entity',
  'counter',
  'instance',
  'averaged',
  'value',
  'unit',
  'per_s',
  'action',
  'kind',
  'from',
  'to',
  'due',
  'requested',
  'lateness_ms',
  'migration_ms',
  'outcome',
  'error',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | boolean | null>>;

/** The first line. */
export const CSV_HEADER = COLUMNS.join(',');

/** One counter at a tick; `time`: the tick. */
export function sampleLine(
  { entityKind, entity, tickMs }: StoredReading,
  { counter: of, ...told }: SampleValue,
): string {
  const { counter, instance, unit } = of;
  const { averaged, value, perS: per_s } = told;
  return line({
    time: time(tickMs),
    row: 'sample',
    entity_kind: entityKind,
    entity,
    counter,
    instance,
    averaged,
    value,
    unit,
    per_s,
  });
}

/** A migration that ended; `time`: its end. */
export function migrationLine(row: MigrationRow): string {
  const { vm, action, kind, from, to, due, requested, lateness_ms, migration_ms, outcome, error } = row;
  return line({
    ...{ time: time(row.finished ?? requested ?? due), row: 'action', entity_kind: 'vm', entity: vm },
    ...{ action, kind, from, to, due: time(due), requested: time(requested) },
    ...{ lateness_ms, migration_ms, outcome, error },
  });
}

/** An action that is no migration, or never came to one; `time`: when it happened, or was due. */
export function actionLine({
  action,
  kind,
  vm,
  to,
  due,
  effective_due,
  happened,
  lateness_ms,
  outcome,
}: ActionRow): string {
  return line({
    ...{
      time: time(happened ?? effective_due ?? due),
      row: 'action',
      entity_kind: vm === null ? null : 'vm',
      entity: vm,
    },
    ...{ action, kind, to, due: time(due), requested: time(happened), lateness_ms, outcome },
  });
}

function line(row: Row): string {
  return COLUMNS.map((column) => cell(row[column])).join(',');
}

function cell(value: Row[keyof Row]): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
