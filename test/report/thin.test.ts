import fc from 'fast-check';
import { thin } from '../../report/thin';

it('keeps order, limit and what must be kept, and leaves few rows alone', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (flags, limit) => {
      const rows = flags.map((keep, index) => ({ keep, index }));
      const thinned = thin(rows, limit, ({ keep }) => keep);
      expect(thinned).toHaveLength(Math.min(rows.length, limit));
      expect(thinned.map(({ index }) => index)).toEqual([...thinned.map(({ index }) => index)].sort((a, b) => a - b));
      const kept = rows.filter(({ keep }) => keep).length;
      expect(thinned.filter(({ keep }) => keep).length).toBeGreaterThanOrEqual(Math.min(kept, limit));
    }),
  );
});
