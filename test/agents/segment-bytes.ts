import { crc32 } from 'node:zlib';

/** A record as the prober writes it; times are nanoseconds of its CLOCK_MONOTONIC, microseconds where named so. */
export interface RawRecord {
  readonly target: number;
  readonly seq: number;
  readonly dueNs: bigint;
  readonly latenessUs: number;
  /** null: lost. */
  readonly roundTripUs: number | null;
  readonly guestNs: bigint;
}

/** What a header says; the series began at monotonic 1000 s. */
export interface RawHeader {
  readonly epoch: number;
  readonly number: number;
  readonly openedAfterMs?: number;
}

/** CLOCK_MONOTONIC at which every series of the tests began, nanoseconds. */
export const SERIES_NS = 1_000_000_000_000n;

/** A segment's header, by the layout of agents/c/segments.c; the series began at UTC `epoch`. */
export function headerBytes({ epoch, number, openedAfterMs = 0 }: RawHeader): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.write('DRVPROBE', 0, 'latin1');
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(128, 12);
  bytes.writeUInt32LE(32, 16);
  bytes.writeBigUInt64LE(SERIES_NS, 24);
  bytes.writeBigUInt64LE(BigInt(epoch) * 1_000_000n, 32);
  bytes.writeBigUInt64LE(SERIES_NS + BigInt(openedAfterMs) * 1_000_000n, 40);
  bytes.writeBigUInt64LE(BigInt(epoch), 48);
  bytes.writeUInt32LE(number, 56);
  bytes.writeUInt32LE(5_000, 60);
  bytes.write('here', 80);
  bytes.writeUInt32LE(crc32(bytes), 20);
  return bytes;
}

/** One record, by the layout of agents/c/segments.c. */
export function recordBytes({ target, seq, dueNs, latenessUs, roundTripUs, guestNs }: RawRecord): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16LE(target, 0);
  bytes.writeUInt16LE(0x5e67, 2);
  bytes.writeUInt32LE(seq, 4);
  bytes.writeBigInt64LE(dueNs, 8);
  bytes.writeUInt32LE(latenessUs, 16);
  bytes.writeUInt32LE(roundTripUs ?? 0xffff_ffff, 20);
  bytes.writeBigInt64LE(guestNs, 24);
  return bytes;
}

/** A record that was due so many milliseconds after its series began, and answered after 1 ms. */
export function recordAt(target: number, seq: number, afterMs: number): Buffer {
  const dueNs = SERIES_NS + BigInt(Math.round(afterMs * 1e6));
  return recordBytes({ target, seq, dueNs, latenessUs: 10, roundTripUs: 1_000, guestNs: 7_000_000n });
}
