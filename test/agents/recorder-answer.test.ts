import fc from 'fast-check';
import { AgentError } from '../../agents/agent-error';
import { parseRecorderCursor, readRecorderAnswer } from '../../agents/recorder-answer';
import { frameBytes } from './frame-bytes';

const FIRST = '0000001772442000-00000001.rec';
const SECOND = '0000001772442000-00000002.rec';
const MOST = 1_000;
const one = frameBytes('host', 'one');
const two = frameBytes('host', 'two');

function answer(segment: string, offset: number, later: boolean, bytes: Buffer): string {
  const head = `running=1\nsegment=${segment}\noffset=${String(offset)}\nlater=${later ? '1' : '0'}\nreal_ns=1\nmono_ns=1\n`;
  return `${head}\n${bytes.toString('base64')}\n`;
}

const read = (cursor: string | null, text: string, most = MOST) => {
  const { frames, ...rest } = readRecorderAnswer(text, parseRecorderCursor(cursor), most);
  return { texts: frames.map((frame) => frame.text), ...rest };
};

test('from the beginning, on in the same file, and on to the next', () => {
  const first = read(null, answer(FIRST, 0, false, one));
  expect(first).toEqual({
    texts: ['one'],
    cursor: `${FIRST}:${String(one.length)}`,
    more: false,
    lost: false,
    cutOff: false,
  });
  const second = read(first.cursor, answer(FIRST, one.length, true, two));
  expect(second).toMatchObject({ texts: ['two'], cursor: `${FIRST}~:0`, more: true, lost: false });
  const third = read(second.cursor, answer(SECOND, 0, false, one));
  expect(third).toMatchObject({ texts: ['one'], cursor: `${SECOND}:${String(one.length)}`, lost: false });
});

test('the same cursor gives the same again', () => {
  const text = answer(FIRST, 0, false, Buffer.concat([one, two]));
  expect(read(null, text)).toEqual(read(null, text));
});

test('a frame that is not whole yet is left; in a file that grows no more it is lost', () => {
  const torn = Buffer.concat([one, two.subarray(0, 20)]);
  expect(read(null, answer(FIRST, 0, false, torn))).toMatchObject({
    texts: ['one'],
    lost: false,
    cursor: `${FIRST}:${String(one.length)}`,
  });
  expect(read(null, answer(FIRST, 0, true, torn))).toMatchObject({ texts: ['one'], lost: true, cursor: `${FIRST}~:0` });
});

test('a file that was deleted before it was collected is told', () => {
  expect(read(`${FIRST}:40`, answer(SECOND, 0, false, one))).toMatchObject({ texts: ['one'], lost: true });
  expect(read(`${FIRST}~:0`, answer(SECOND, 0, false, one))).toMatchObject({ lost: false });
  expect(read(null, answer(SECOND, 0, false, one))).toMatchObject({ lost: false });
});

test('a damaged frame is told', () => {
  const bytes = Buffer.concat([one, two, one]);
  bytes[one.length + 41] = 0;
  expect(read(null, answer(FIRST, 0, false, bytes))).toMatchObject({ texts: ['one', 'one'], lost: true });
});

test('what was cut at the size asked for goes on; a frame larger than that is asked for again', () => {
  const bytes = Buffer.concat([one, two]);
  const cut = read(null, answer(FIRST, 0, true, bytes.subarray(0, 60)), 60);
  expect(cut).toMatchObject({ texts: ['one'], cursor: `${FIRST}:${String(one.length)}`, more: true, lost: false });
  expect(read(null, answer(FIRST, 0, true, bytes.subarray(0, 20)), 20)).toMatchObject({
    texts: [],
    cutOff: true,
    cursor: '-:0',
  });
});

test('a recorder that has not written yet has nothing', () => {
  expect(read(null, answer('', 0, false, Buffer.alloc(0)))).toEqual({
    texts: [],
    cursor: '-:0',
    more: false,
    lost: false,
    cutOff: false,
  });
});

test.each(['', 'bash: drover-agent: not found', 'running=1\n', '<html>\n\n</html>'])('%j is refused', (text) => {
  expect(() => read(null, text)).toThrow(/^A recorder answered something else than its records/);
});

test.each(['nonsense', '../../etc/passwd:0', `${FIRST}:-1`, '-'])('%j is no cursor', (text) => {
  expect(() => parseRecorderCursor(text)).toThrow(/is not a cursor of a recorder/);
});

test('whatever sizes it is read in, all frames come once and in order', () => {
  const lengths = fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 100, max: 400 }), (files, most) => {
      let n = 0;
      const segments = files.map((frames, index) => ({
        name: `0000001772442000-0000000${String(index + 1)}.rec`,
        bytes: Buffer.concat(frames.map((length) => frameBytes('host', `${String((n += 1))} ${'x'.repeat(length)}`))),
      }));
      const got: string[] = [];
      let cursor: string | null = null;
      for (let more = true; more;) {
        const from = parseRecorderCursor(cursor);
        // As agents/c/read.c finds it.
        const index = segments.findIndex(({ name }) => name >= (from.segment === '-' ? '' : from.segment));
        const segment = segments[index];
        if (segment === undefined) break;
        const offset = segment.name === from.segment ? from.offset : 0;
        const text = answer(
          segment.name,
          offset,
          index + 1 < segments.length,
          segment.bytes.subarray(offset, offset + most),
        );
        const reading = read(cursor, text, most);
        expect(reading).toMatchObject({ lost: false, cutOff: false });
        got.push(...reading.texts);
        ({ cursor, more } = reading);
      }
      expect(got.map((text) => Number(text.split(' ')[0]))).toEqual(Array.from({ length: n }, (_, index) => index + 1));
    }),
  );
});

test.each([
  ['no offset', 'segment=0001772442000000-00000001.rec\noffset=x\n\n\n'],
  ['another file', 'segment=../../etc/passwd\noffset=0\n\n\n'],
])('an answer with %s is refused at once: its cursor would be refused each time', (_, answer) => {
  expect(() => readRecorderAnswer(answer, { segment: '-', offset: 0 }, 1_024)).toThrow(AgentError);
});
