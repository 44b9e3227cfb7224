import { crc32 } from 'node:zlib';

// What agents/c/record-segments.c writes, little endian: u32 magic, u32 kind, i64 tick (UTC ns), i64 taken (UTC ns),
// i64 taken (CLOCK_MONOTONIC, ns), u32 length, u32 CRC of all with this field 0, then the text.
const MAGIC = Buffer.from('DVRT', 'latin1');
const HEADER_BYTES = 40;
const LONGEST_TEXT = 8 * 2 ** 20;
/** Damage makes a few frames that are none; bytes made to look like many would have each checked to the end of all. */
const MOST_CHECKED = 8;
const KINDS = ['series', 'domstats', 'host', 'failure'] as const;

/** Something a recorder wrote. Times are UTC ms of its machine. */
export interface RecordedFrame {
  /** `series`: settings of the frames that follow; `failure`: why there are no domain statistics at this tick. */
  readonly kind: (typeof KINDS)[number];
  readonly tickMs: number;
  readonly takenAtMs: number;
  readonly monotonicMs: number;
  readonly text: string;
}

/** Whole frames of some bytes. */
export interface ParsedFrames {
  readonly frames: readonly RecordedFrame[];
  /** Bytes up to the end of the last whole frame. */
  readonly consumed: number;
  /** Something between whole frames was damaged and left out. */
  readonly damaged: boolean;
}

/** Reads whole frames; what follows the last one may still grow. Bytes full of frames that are none are given up as damaged. */
export function parseFrames(bytes: Buffer): ParsedFrames {
  const frames: RecordedFrame[] = [];
  let consumed = 0;
  let damaged = false;
  let checked = 0;
  for (let at = bytes.indexOf(MAGIC); at >= 0;) {
    const end = endOfFrame(bytes, at);
    checked += end === null ? 0 : end - at;
    if (checked > MOST_CHECKED * bytes.length) return { frames, consumed: bytes.length, damaged: true };
    const frame = end === null ? null : parseFrame(bytes.subarray(at, end));
    if (end === null || frame === null) {
      at = bytes.indexOf(MAGIC, at + 1);
      continue;
    }
    damaged ||= at > consumed;
    frames.push(frame);
    consumed = end;
    at = bytes.indexOf(MAGIC, consumed);
  }
  return { frames, consumed, damaged };
}

/** Where the frame ends that seems to begin here; null: none does. */
function endOfFrame(bytes: Buffer, at: number): number | null {
  if (at + HEADER_BYTES > bytes.length) return null;
  const kind = KINDS[bytes.readUInt32LE(at + 4) - 1];
  const length = bytes.readUInt32LE(at + 32);
  const end = at + HEADER_BYTES + length;
  return kind === undefined || length > LONGEST_TEXT || end > bytes.length ? null : end;
}

/** The frame that these bytes are; null: their checksum is another one. */
function parseFrame(bytes: Buffer): RecordedFrame | null {
  const kind = KINDS[bytes.readUInt32LE(4) - 1];
  const head = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  head.writeUInt32LE(0, 36);
  const text = bytes.subarray(HEADER_BYTES);
  if (kind === undefined || crc32(text, crc32(head)) !== bytes.readUInt32LE(36)) return null;
  const milliseconds = (offset: number): number => Number(bytes.readBigInt64LE(offset)) / 1e6;
  const times = { tickMs: milliseconds(8), takenAtMs: milliseconds(16), monotonicMs: milliseconds(24) };
  return { kind, ...times, text: text.toString('utf8') };
}
