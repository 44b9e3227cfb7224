import fc from 'fast-check';
import { parsePieces, parseSegmentList, planFetch } from '../../agents/fetch-plan';
import { HEADER_BYTES, RECORD_BYTES } from '../../agents/probe-segment';

const nameOf = (number: number): string => `1760000000000000-${String(number).padStart(8, '0')}.seg`;
const segment = (number: number, bytes: number) => ({ name: nameOf(number), bytes, modifiedMs: 0 });
const NOTHING = { segment: '', offset: 0 };

test('reads the list of segments in the order of their writing, times rounded up', () => {
  const text = `running=1\nproblem=file x\nfile ${nameOf(2)} 128 1760000001\nfile gaps 1 1\nfile ${nameOf(1)} 160 1760000000\n`;
  expect(parseSegmentList(text)).toEqual([
    { name: nameOf(1), bytes: 160, modifiedMs: 1_760_000_001_000 },
    { name: nameOf(2), bytes: 128, modifiedMs: 1_760_000_002_000 },
  ]);
});

test('goes on at the cursor, deletes what lies before it, and leaves a torn record of a growing segment', () => {
  const listed = [segment(1, 192), segment(2, 192), segment(3, 128 + 32 + 5)];
  expect(planFetch(listed, true, { segment: nameOf(2), offset: 160 }, 160, 1e6)).toEqual({
    pieces: [
      { segment: listed[1], from: 160, until: 192 },
      { segment: listed[2], from: 0, until: 160 },
    ],
    complete: true,
    outdated: [nameOf(1)],
  });
  const [, last] = planFetch(listed, false, { segment: nameOf(2), offset: 160 }, 160, 1e6).pieces;
  expect(last?.until).toBe(165);
});

test('a segment whose beginning is not here any more is copied from its beginning', () => {
  const { pieces } = planFetch([segment(1, 192)], true, { segment: nameOf(1), offset: 160 }, 0, 1e6);
  expect(pieces).toEqual([{ segment: segment(1, 192), from: 0, until: 192 }]);
});

test('pieces in a row, each from where the last one ended, are all bytes once and in order', () => {
  const size = fc.integer({ min: 0, max: 20 }).map((records) => HEADER_BYTES + records * RECORD_BYTES);
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 6 }), fc.integer({ min: 160, max: 500 }), (sizes, most) => {
      const listed = sizes.map((bytes, index) => segment(index + 1, bytes));
      const copied = new Map<string, number>();
      let at = NOTHING;
      for (let call = 0, complete = false; !complete; call += 1) {
        expect(call).toBeLessThan(200);
        const plan = planFetch(listed, true, at, copied.get(at.segment) ?? 0, most);
        expect(plan.pieces.reduce((sum, { from, until }) => sum + until - from, 0)).toBeLessThanOrEqual(most);
        for (const {
          segment: { name },
          from,
          until,
        } of plan.pieces) {
          expect(from).toBe(copied.get(name) ?? 0);
          copied.set(name, until);
          at = { segment: name, offset: until };
        }
        complete = plan.complete;
      }
      expect([...copied]).toEqual(listed.map(({ name, bytes }) => [name, bytes]));
    }),
  );
});

test('splits an answer into its pieces; anything else is refused', () => {
  const answer = `piece ${nameOf(1)}\nAAEC\nAwQ=\npiece gaps\n`;
  expect([...parsePieces(answer)]).toEqual([
    [nameOf(1), Buffer.from([0, 1, 2, 3, 4])],
    ['gaps', Buffer.alloc(0)],
  ]);
  expect([...parsePieces('')]).toEqual([]);
  expect(() => parsePieces('Welcome!\npiece gaps\n')).toThrow('something else');
});
