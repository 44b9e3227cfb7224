import {
  HEADER_BYTES,
  RECORD_BYTES,
  parseSegmentRecords,
  type SegmentHeader,
  type SegmentRecord,
} from './probe-segment';

/** What a segment holds from some offset on. */
export interface SegmentReading {
  readonly records: readonly SegmentRecord[];
  /** Indexes into `records` (or their number, for the end) before which something damaged was left out. */
  readonly holes: readonly number[];
  /** Offset up to which it was read. */
  readonly end: number;
}

/**
 * Reads the records of a segment from an offset on, and notes where damaged ones were left out. The end of a segment
 * that still grows may be half written: it is left for the next time.
 */
export function readSegment(
  bytes: Buffer,
  from: number,
  header: SegmentHeader,
  growing: boolean,
  targets: ReadonlySet<number>,
): SegmentReading {
  const start = Math.max(from, HEADER_BYTES);
  const slots = parseSegmentRecords(bytes.subarray(start), header).map((record) =>
    record !== null && targets.has(record.target) ? record : null,
  );
  if (growing) while (slots.at(-1) === null) slots.pop();
  const end = start + slots.length * RECORD_BYTES;
  if (!growing && end < bytes.length) slots.push(null);
  const records: SegmentRecord[] = [];
  const holes: number[] = [];
  for (const slot of slots) {
    if (slot !== null) records.push(slot);
    else if (holes.at(-1) !== records.length) holes.push(records.length);
  }
  return { records, holes, end: growing ? end : Math.max(start, bytes.length) };
}
