import fc from 'fast-check';
import { irregularMoves } from '../../../bench/simulated/irregular-moves';
import { placementOf } from '../../../bench/simulated/placement';

const size = fc.record({
  hosts: fc.integer({ min: 2, max: 6 }),
  vms: fc.integer({ min: 1, max: 12 }),
  turns: fc.integer({ min: 1, max: 4 }),
  everyMs: fc.integer({ min: 1, max: 1_000 }),
  seed: fc.integer(),
});

describe('irregular moves', () => {
  it('start where the VMs are, come one in each interval and bring every VM home', () => {
    fc.assert(
      fc.property(size, ({ hosts, vms, turns, everyMs, seed }) => {
        const home = Object.entries(placementOf(hosts, vms)).flatMap(([host, names]) =>
          names.map((vm) => [vm, host] as const),
        );
        const at = new Map(home);
        irregularMoves({ hosts, vms, moves: 2 * vms * turns, everyMs, seed }).forEach(
          ({ vm, from, to, atMs }, index) => {
            expect([from, Math.floor(atMs / everyMs)]).toEqual([at.get(vm), index]);
            expect(to).not.toBe(from);
            at.set(vm, to);
          },
        );
        expect([...at]).toEqual(home);
      }),
    );
  });

  it('are refused where VMs would be left away', () => {
    expect(() => irregularMoves({ hosts: 2, vms: 2, moves: 3, everyMs: 1, seed: 1 })).toThrow('do not bring');
  });
});
