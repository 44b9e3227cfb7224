import fc from 'fast-check';
import { parseFrames } from '../../agents/recorded-frame';
import { frameBytes } from './frame-bytes';

const texts = (bytes: Buffer): string[] => parseFrames(bytes).frames.map(({ text }) => text);

test('gives kind, times and text back', () => {
  const bytes = frameBytes('domstats', "Domain: 'gäst'\n", 20_000);
  expect(parseFrames(bytes)).toEqual({
    frames: [{ kind: 'domstats', tickMs: 20_000, takenAtMs: 20_001.5, monotonicMs: 77, text: "Domain: 'gäst'\n" }],
    consumed: bytes.length,
    damaged: false,
  });
});

test('a frame that is still being written is left for the next time, wherever it ends now', () => {
  const [one, two] = [frameBytes('host', 'one'), frameBytes('host', 'two')];
  for (let cut = 0; cut < two.length; cut += 1) {
    const parsed = parseFrames(Buffer.concat([one, two.subarray(0, cut)]));
    expect(parsed).toMatchObject({ consumed: one.length, damaged: false });
    expect(parsed.frames).toHaveLength(1);
  }
});

test('a damaged byte costs its frame only, is told, and never becomes a figure', () => {
  const parts = ['one', 'two', 'three'].map((text) => frameBytes('host', text));
  const [one, two] = parts;
  const whole = Buffer.concat(parts);
  for (let at = one?.length ?? 0; at < (one?.length ?? 0) + (two?.length ?? 0); at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    const parsed = parseFrames(bytes);
    expect(parsed.frames.map(({ text }) => text)).toEqual(['one', 'three']);
    expect(parsed).toMatchObject({ consumed: whole.length, damaged: true });
  }
});

test.each([
  ['of another version', frameBytes('host', 'x', 1_000, 'DVR2')],
  ['of an unknown kind', frameBytes(9, 'x')],
  [
    'that claims to be longer than any',
    Buffer.concat([frameBytes('host', 'x').subarray(0, 32), Buffer.alloc(8, 0xff)]),
  ],
  ['of zeros, as a crash leaves them', Buffer.alloc(64)],
])('something %s is no frame', (_, bytes) => {
  expect(parseFrames(bytes).frames).toEqual([]);
  expect(parseFrames(Buffer.concat([bytes, frameBytes('host', 'next')]))).toMatchObject({ damaged: true });
  expect(texts(Buffer.concat([bytes, frameBytes('host', 'next')]))).toEqual(['next']);
});

test('a text that holds a frame is that text', () => {
  const inner = frameBytes('host', 'inner').toString('latin1');
  expect(parseFrames(frameBytes('domstats', inner)).frames).toHaveLength(1);
});

test('clocks that step, also far back or to before 1970, are handed over as they are', () => {
  const bytes = Buffer.concat([5_000, 4_000, -1_000, 5_000].map((tick) => frameBytes('host', 'x', tick)));
  expect(parseFrames(bytes).frames.map(({ tickMs }) => tickMs)).toEqual([5_000, 4_000, -1_000, 5_000]);
});

test('bytes made of frames that are none are given up as damaged, not checked over and over', () => {
  const header = frameBytes('host', '').subarray(0, 40);
  const crafted = Buffer.concat(Array.from({ length: 50_000 }, () => header));
  for (let at = 0; at < crafted.length; at += 40) crafted.writeUInt32LE(crafted.length - at - 40, at + 32);
  const bytes = Buffer.concat([frameBytes('host', 'first'), crafted]);
  const parsed = parseFrames(bytes);
  expect(parsed.frames.map(({ text }) => text)).toEqual(['first']);
  expect(parsed).toMatchObject({ consumed: bytes.length, damaged: true });
});

test('any bytes between whole frames: no crash, and every frame is found', () => {
  const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const frame = fc.string({ maxLength: 20 }).map((text) => frameBytes('host', text));
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, frame), { maxLength: 6 }), noise, (pairs, rest) => {
      const bytes = Buffer.concat([...pairs.flat(), rest]);
      const { frames, consumed } = parseFrames(bytes);
      expect(frames.length).toBeGreaterThanOrEqual(pairs.length);
      expect(consumed).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
