import fc from 'fast-check';
import { parseSegmentHeader, parseSegmentRecords } from '../../agents/probe-segment';
import { headerBytes, recordBytes, SERIES_NS } from './segment-bytes';

const EPOCH = 1_760_000_000_000;
const header = parseSegmentHeader(headerBytes({ epoch: EPOCH, number: 3, openedAfterMs: 250 })) ?? fail('no header');

test('a header says to which series a segment belongs and how its clock relates to UTC', () => {
  expect(header).toEqual({
    epoch: EPOCH,
    number: 3,
    periodMs: 5,
    vantage: 'here',
    seriesStartMs: EPOCH,
    openedAtMs: EPOCH + 250,
    offsetMs: EPOCH - 1_000_000,
  });
});

test('records come back as they were written, lost ones as null', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          target: fc.nat(0xffff),
          seq: fc.nat(0xffff_ffff),
          dueNs: fc.bigInt({ min: SERIES_NS, max: SERIES_NS + 86_400_000_000_000n }),
          latenessUs: fc.nat(0xffff_ffff),
          roundTripUs: fc.option(fc.nat(0xffff_fffe)),
          guestNs: fc.bigInt({ min: 0n, max: 1n << 52n }),
        }),
      ),
      (raw) => {
        const records = parseSegmentRecords(Buffer.concat(raw.map(recordBytes)), header);
        expect(records).toHaveLength(raw.length);
        records.forEach((record, index) => {
          const { target, seq, dueNs, latenessUs, roundTripUs, guestNs } =
            raw[index] ?? fail('more records than were written');
          expect(record).toMatchObject({ target, seq });
          expect(record?.dueAtMs).toBeCloseTo(EPOCH + Number(dueNs - SERIES_NS) / 1e6, 2);
          expect((record?.sentAtMs ?? 0) - (record?.dueAtMs ?? 0)).toBeCloseTo(latenessUs / 1000, 2);
          expect(record?.answeredAtMs === null).toBe(roundTripUs === null);
          expect(record?.guestClockMs ?? null).toBe(roundTripUs === null ? null : Number(guestNs) / 1e6);
        });
      },
    ),
  );
});

test('no bytes make the parsers throw, and damaged ones are no records', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      expect(parseSegmentHeader(buffer)).toBeNull();
      expect(parseSegmentRecords(buffer, header)).toHaveLength(Math.floor(buffer.length / 32));
    }),
  );
});

test('one changed bit of a header is noticed', () => {
  fc.assert(
    fc.property(fc.nat(127), fc.nat(7), (at, bit) => {
      const bytes = headerBytes({ epoch: EPOCH, number: 1 });
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      expect(parseSegmentHeader(bytes)).toBeNull();
    }),
  );
});

function fail(why: string): never {
  throw new Error(why);
}
