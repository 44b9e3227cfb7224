import { crc32 } from 'node:zlib';

const KINDS = { series: 1, domstats: 2, host: 3, failure: 4 } as const;

/** A frame as agents/c/record-segments.c writes it: a header of 40 bytes with its own CRC, then the text. */
export function frameBytes(kind: keyof typeof KINDS | number, text: string, tickMs = 1_000, magic = 'DVRT'): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(40);
  head.write(magic, 0, 'latin1');
  head.writeUInt32LE(typeof kind === 'number' ? kind : KINDS[kind], 4);
  head.writeBigInt64LE(BigInt(tickMs) * 1_000_000n, 8);
  head.writeBigInt64LE(BigInt(tickMs) * 1_000_000n + 1_500_000n, 16);
  head.writeBigInt64LE(77_000_000n, 24);
  head.writeUInt32LE(body.length, 32);
  head.writeUInt32LE(crc32(body, crc32(head)), 36);
  return Buffer.concat([head, body]);
}
