/** Packet format of agents/c/echo.c: magic, version, sequence number, time of sending; the answer adds the answerer's clock. */
const MAGIC = 0x52565244;
const VERSION = 1;
const PROBE_BYTES = 24;
const ANSWER_BYTES = 32;

/** The answer to a probe with the answerer's monotonic clock; null if it is not one. */
export function probeAnswer(probe: Buffer, clockNs: bigint): Buffer | null {
  if (probe.length !== PROBE_BYTES || probe.readUInt32LE(0) !== MAGIC || probe.readUInt32LE(4) !== VERSION) return null;
  const answer = Buffer.alloc(ANSWER_BYTES);
  probe.copy(answer);
  answer.writeBigUInt64LE(clockNs, PROBE_BYTES);
  return answer;
}
