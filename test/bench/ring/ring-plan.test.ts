import { legOf } from '../../../bench/ring/leg';
import { dealtOut, ringMoves } from '../../../bench/ring/ring-plan';

const placement = dealtOut(3, 6);

test('VMs are where a lab starts them', () => {
  expect(placement).toEqual({ h1: ['g1', 'g4'], h2: ['g2', 'g5'], h3: ['g3', 'g6'] });
});

test('a ring moves each VM from where it is to the next host, and says where all are after it', () => {
  const { moves, after } = ringMoves(placement, 9);
  const at = new Map(Object.entries(placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host])));
  const next: Readonly<Record<string, string>> = { h1: 'h2', h2: 'h3', h3: 'h1' };
  for (const { vm, from, to } of moves) {
    expect([from, to]).toEqual([at.get(vm), next[from]]);
    at.set(vm, to);
  }
  expect(moves).toHaveLength(9);
  expect(
    Object.entries(after)
      .flatMap(([host, vms]) => vms.map((vm) => [vm, host]))
      .sort(),
  ).toEqual([...at].sort());
});

describe('a leg', () => {
  const { moves } = ringMoves(placement, 3);
  const done = moves.map((move, n) => ({ ...move, requestedMs: 1_000 + n * 500, finishedMs: 1_450 + n * 500 }));

  test('lasts from the first request to the last success, whatever order its rows have', () => {
    expect(legOf(moves, done.toReversed())).toEqual({
      seconds: 1.45,
      gapsMs: [50, 50],
      migrationsMs: [450, 450, 450],
    });
  });

  test.each([
    ['one is missing', done.slice(1)],
    ['one went elsewhere', done.map((move, n) => (n === 1 ? { ...move, to: 'h9' } : move))],
    ['none is there', []],
  ])('is none if %s', (_how, wrong) => {
    expect(() => legOf(moves, wrong)).toThrow('planned were');
  });
});
