import fc from 'fast-check';
import { guestClockNs } from '../../../../hypervisors/simulated/data-centre/udp/guest-clock';
import { probeAnswer } from '../../../../hypervisors/simulated/data-centre/udp/probe-answer';

function probe(): Buffer {
  const packet = Buffer.alloc(24);
  packet.writeUInt32LE(0x52565244, 0);
  packet.writeUInt32LE(1, 4);
  packet.writeBigUInt64LE((5n << 48n) | 77n, 8);
  packet.writeBigUInt64LE(123_456_789n, 16);
  return packet;
}

test('returns the probe and the clock', () => {
  const answer = probeAnswer(probe(), 42n);
  expect(answer?.subarray(0, 24)).toEqual(probe());
  expect(answer?.readBigUInt64LE(24)).toBe(42n);
  expect(answer).toHaveLength(32);
});

test('answers nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const packet = Buffer.from(bytes);
      const proper = packet.length === 24 && packet.readUInt32LE(0) === 0x52565244 && packet.readUInt32LE(4) === 1;
      expect(probeAnswer(packet, 1n) === null).toBe(!proper);
    }),
  );
  for (const change of [0, 3, 4, 7]) {
    const packet = probe();
    packet[change] = 0xff;
    expect(probeAnswer(packet, 1n)).toBeNull();
  }
});

test.each([
  ['runs', null, 0, 5_000, 4_000_000_000n],
  ['leaves out earlier stops', null, 250.5, 5_000, 3_749_500_000n],
  ['stands still while the VM is stopped', 3_000, 0, 5_000, 2_000_000_000n],
])('the guest clock %s', (_what, stoppedAtMs, stoppedForMs, nowMs, expected) => {
  const vm = { name: 'g1', uuid: 'u', vcpus: 1, memoryMib: 256, host: 'h1', moves: 0, stoppedAtMs, stoppedForMs };
  expect(guestClockNs(vm, 1_000, nowMs)).toBe(expected);
});
