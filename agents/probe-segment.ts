import { crc32 } from 'node:zlib';

// What a prober and an echo say to each other over UDP (agents/c/probe-sender.c, echo.c), little endian:
//   probe, 24 bytes:  u32 magic 0x52565244 ("DRVR"), u32 version 1, u64 id << 48 | seq, u64 sent (prober's CLOCK_MONOTONIC, ns)
//   answer, 32 bytes: the probe unchanged, then u64 the answerer's CLOCK_MONOTONIC, ns
// Everything else is ignored by both. `seq` of a record is the low 32 bits of what was sent.

const MAGIC = 'DRVPROBE';
const VERSION = 1;
/** Bytes before the first record of a segment. */
export const HEADER_BYTES = 128;
/** Bytes of one record of a segment. */
export const RECORD_BYTES = 32;
const RECORD_MARK = 0x5e67;
const LOST = 0xffff_ffff;
// A record that claims to be older than its series, or this much younger, is damaged.
const LONGEST_SERIES_MS = 400 * 86_400_000;

/** The first bytes of a segment file: which series it belongs to and how its clock relates to UTC. */
export interface SegmentHeader {
  /** Names the series: one run of the prober. */
  readonly epoch: number;
  readonly number: number;
  readonly periodMs: number;
  readonly vantage: string;
  /** UTC milliseconds at which the series began. */
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
  if (header.readUInt32LE(8) !== VERSION || crc32(header) !== checksum) return null;
  const seriesStartMs = milliseconds(header, 32);
  const offsetMs = seriesStartMs - milliseconds(header, 24);
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

/** Reads the whole records of `bytes`, which begin at a record; null stands for one that is damaged. */
export function parseSegmentRecords(bytes: Buffer, header: SegmentHeader): (SegmentRecord | null)[] {
  const records: (SegmentRecord | null)[] = [];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) records.push(parseRecord(bytes, at, header));
  return records;
}

function parseRecord(bytes: Buffer, at: number, header: SegmentHeader): SegmentRecord | null {
  if (bytes.readUInt16LE(at + 2) !== RECORD_MARK) return null;
  const dueAtMs = milliseconds(bytes, at + 8) + header.offsetMs;
  const age = dueAtMs - header.seriesStartMs;
  if (age < -1 || age > LONGEST_SERIES_MS) return null;
  const sentAtMs = dueAtMs + bytes.readUInt32LE(at + 16) / 1000;
  const roundTripUs = bytes.readUInt32LE(at + 20);
  const answered = roundTripUs !== LOST;
  return {
    target: bytes.readUInt16LE(at),
    seq: bytes.readUInt32LE(at + 4),
    dueAtMs,
    sentAtMs,
    answeredAtMs: answered ? sentAtMs + roundTripUs / 1000 : null,
    guestClockMs: answered ? milliseconds(bytes, at + 24) : null,
  };
}

function milliseconds(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64LE(at)) / 1e6;
}
