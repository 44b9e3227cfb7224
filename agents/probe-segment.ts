import { crc32 } from 'node:zlib';

const MAGIC = 'DRVPROBE';
const VERSION = 1;
const HEADER_BYTES = 128;
/** Bytes of one record of a segment. */
export const RECORD_BYTES = 32;
const RECORD_MARK = 0x5e67;
const LOST = 0xffff_ffff;

/** The first bytes of a segment file: which series it belongs to and how its clock relates to UTC. */
export interface SegmentHeader {
  readonly epoch: number;
  readonly number: number;
  readonly periodMs: number;
  readonly vantage: string;
  /** UTC milliseconds at which the series (one run of the prober) began. */
  readonly seriesStartMs: number;
  readonly openedAtMs: number;
  /** UTC milliseconds minus CLOCK_MONOTONIC milliseconds, the same for the whole series. */
  readonly offsetMs: number;
}

/** One record; times UTC milliseconds. */
export interface SegmentRecord {
  readonly target: number;
  readonly seq: number;
  readonly dueAtMs: number;
  readonly sentAtMs: number;
  readonly answeredAtMs: number | null;
  readonly guestClockMs: number | null;
}

/** Reads a segment's header (agents/c/segments.c); null if it is not whole. */
export function parseSegmentHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 8) !== MAGIC) return null;
  const header = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  const checksum = header.readUInt32LE(20);
  header.writeUInt32LE(0, 20);
  if (header.readUInt32LE(8) !== VERSION || crcOf(header) !== checksum) return null;
  const seriesMonotonicMs = milliseconds(header, 24);
  const seriesStartMs = milliseconds(header, 32);
  const offsetMs = seriesStartMs - seriesMonotonicMs;
  return {
    epoch: Number(header.readBigUInt64LE(48)),
    number: header.readUInt32LE(56),
    periodMs: header.readUInt32LE(60) / 1000,
    vantage: header.toString('utf8', 80, 112).replace(/\0.*$/s, ''),
    seriesStartMs,
    openedAtMs: milliseconds(header, 40) + offsetMs,
    offsetMs,
  };
}

/** Where the first record of a segment lies. */
export const FIRST_RECORD = HEADER_BYTES;

/**
 * Reads whole records from `bytes`, which begin at a record; what is torn or was never written ends it.
 * @returns the records and how many bytes they took
 */
export function parseSegmentRecords(
  bytes: Buffer,
  header: SegmentHeader,
): { readonly records: SegmentRecord[]; readonly bytes: number } {
  const records: SegmentRecord[] = [];
  let at = 0;
  for (; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    if (bytes.readUInt16LE(at + 2) !== RECORD_MARK) break;
    const dueAtMs = milliseconds(bytes, at + 8) + header.offsetMs;
    const sentAtMs = dueAtMs + bytes.readUInt32LE(at + 16) / 1000;
    const rtt = bytes.readUInt32LE(at + 20);
    const answered = rtt !== LOST;
    records.push({
      target: bytes.readUInt16LE(at),
      seq: bytes.readUInt32LE(at + 4),
      dueAtMs,
      sentAtMs,
      answeredAtMs: answered ? sentAtMs + rtt / 1000 : null,
      guestClockMs: answered ? milliseconds(bytes, at + 24) : null,
    });
  }
  return { records, bytes: at };
}

function milliseconds(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64LE(at)) / 1e6;
}

function crcOf(bytes: Buffer): number {
  return crc32(bytes);
}
