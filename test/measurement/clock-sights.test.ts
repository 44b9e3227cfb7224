import fc from 'fast-check';
import { addSight, sightsWindowMs, type DatedSight } from '../../measurement/clock-sights';

const sight = (atMs: number, widthMs: number): DatedSight => ({ atMs, widthMs, offsetMs: 0 });

test('the window is a second, or 16 periods where that is longer', () => {
  expect([1, 5, 62.5, 1_000].map(sightsWindowMs)).toEqual([1_000, 1_000, 1_000, 16_000]);
});

test('the first one is always the sharpest of the window, and few are kept', () => {
  const widths = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 30 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(widths, (steps) => {
      let kept: readonly DatedSight[] = [];
      const all: DatedSight[] = [];
      let atMs = 0;
      for (const [apartMs, widthMs] of steps) {
        atMs += apartMs;
        all.push(sight(atMs, widthMs));
        kept = addSight(kept, sight(atMs, widthMs), 1_000);
        const within = all.filter((each) => each.atMs > atMs - 1_000);
        expect(kept[0]?.widthMs).toBe(Math.min(...within.map((each) => each.widthMs)));
        expect(kept.length).toBeLessThanOrEqual(30);
      }
    }),
  );
});
