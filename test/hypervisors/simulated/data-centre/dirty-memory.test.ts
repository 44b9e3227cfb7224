import fc from 'fast-check';
import { dirtyMore, MIB } from '../../../../hypervisors/simulated/data-centre/model/dirty-memory';
import type { MemoryLoad } from '../../../../hypervisors/simulated/data-centre/state/state';

const load = (mibPerS: number, workingSetMib: number, pattern: MemoryLoad['pattern']): readonly MemoryLoad[] => [
  { mibPerS, workingSetMib, pattern },
];

test.each<[string, readonly MemoryLoad[], number, number]>([
  ['sequential: in proportion to time', load(20, 64, 'sequential'), 1_000, 20],
  ['sequential: never more than the working set', load(20, 64, 'sequential'), 60_000, 64],
  ['random: pages are met again', load(64, 64, 'random'), 1_000, 64 * (1 - Math.exp(-1))],
  ['no more than the VM has', load(500, 1_000, 'sequential'), 60_000, 256],
])('%s', (_what, loads, forMs, expectedMib) => {
  expect(dirtyMore(0, loads, 256, 1, forMs) / MIB).toBeCloseTo(expectedMib, 6);
});

test('half the speed dirties half as much', () => {
  expect(dirtyMore(0, load(20, 64, 'sequential'), 256, 0.5, 1_000) / MIB).toBeCloseTo(10, 6);
});

test('looking in between changes nothing', () => {
  const ms = fc.double({ min: 0, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom('sequential' as const, 'random' as const), ms, ms, (pattern, first, second) => {
      const loads = load(30, 64, pattern);
      const inTwo = dirtyMore(dirtyMore(0, loads, 256, 1, first), loads, 256, 1, second);
      const atOnce = dirtyMore(0, loads, 256, 1, first + second);
      expect(Math.abs(inTwo - atOnce)).toBeLessThan(1);
    }),
  );
});
