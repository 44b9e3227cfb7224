import fc from 'fast-check';
import { vmsOnHosts } from '../../../report/counters/vms-on-hosts';
import type { MigrationRow } from '../../../store/types';
import { migrationRow } from '../fixture';

const FROM = 1000;

function move(vm: string, from: string, to: string, finished: number, outcome: MigrationRow['outcome'] = 'succeeded') {
  return { ...migrationRow({ vm, from, to, seconds: 1, blackout: null }, 0), finished, outcome };
}

describe('vmsOnHosts', () => {
  const plan = { placement: { h1: ['g1', 'g2'], h2: [], h3: ['g3'] }, actions: [] };

  it('follows placement and successful migrations, and no others', () => {
    const steps = vmsOnHosts(
      plan,
      [
        move('g2', 'h1', 'h2', 9000, 'failed'),
        move('g1', 'h1', 'h2', 5000),
        move('g3', 'h2', 'h3', 2000),
        move('g1', 'h2', 'h1', 8000),
        move('stranger', 'h1', 'h2', 3000),
      ],
      [
        { name: 'g4', host: 'h2' },
        { name: 'g5', host: 'elsewhere' },
      ],
      FROM,
    );
    expect(Object.fromEntries(steps)).toEqual({
      h1: [
        { atMs: FROM, vms: 2 },
        { atMs: 5000, vms: 1 },
        { atMs: 8000, vms: 2 },
      ],
      h2: [
        { atMs: FROM, vms: 2 },
        { atMs: 2000, vms: 1 },
        { atMs: 5000, vms: 2 },
        { atMs: 8000, vms: 1 },
      ],
      h3: [
        { atMs: FROM, vms: 0 },
        { atMs: 2000, vms: 1 },
      ],
    });
  });

  it('never loses or makes up a VM, whatever moves where', () => {
    const host = fc.constantFrom('h1', 'h2', 'h3');
    const moves = fc.array(fc.record({ vm: fc.constantFrom('g1', 'g2', 'g3'), to: host }), { maxLength: 20 });
    fc.assert(
      fc.property(moves, (to) => {
        const where = new Map([
          ['g1', 'h1'],
          ['g2', 'h1'],
          ['g3', 'h3'],
        ]);
        const rows = to.map(({ vm, to: target }, index) => {
          const from = where.get(vm) ?? '';
          where.set(vm, target);
          return move(vm, from, target, 2000 + index);
        });
        const steps = vmsOnHosts(plan, rows, [], FROM);
        for (let at = FROM; at <= 2000 + to.length; at += 1) {
          const counts = [...steps.values()].map((each) => each.filter(({ atMs }) => atMs <= at).at(-1)?.vms ?? 0);
          expect(counts.reduce((sum, each) => sum + each, 0)).toBe(3);
        }
      }),
    );
  });
});
