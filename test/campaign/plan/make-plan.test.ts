import fc from 'fast-check';
import { makePlan } from '../../../campaign/plan/make-plan';
import type { PatternSpec } from '../../../campaign/plan/pattern-spec';
import type { Placement, Plan } from '../../../campaign/plan/plan';

const placements = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 }))
  .map(([hosts, homes]): Placement =>
    Object.fromEntries(
      Array.from({ length: hosts }, (_, host) => [
        `h${host}`,
        homes.flatMap((home, vm) => (home % hosts === host ? [`g${vm}`] : [])),
      ]),
    ),
  );

const paces = fc.oneof(
  fc.record({ everyMs: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ pauseMs: fc.nat({ max: 10_000 }) }),
);

const patterns: fc.Arbitrary<PatternSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('staircase' as const),
    target: fc.constantFrom('h0', 'h1'),
    upTo: fc.integer({ min: 1, max: 13 }),
    everyMs: fc.integer({ min: 1, max: 5_000 }),
    reverse: fc.constant(true),
    repeats: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('ring' as const),
    migrations: fc.integer({ min: 1, max: 60 }),
    concurrent: fc.constant(1),
    pace: paces,
  }),
  fc.record({
    kind: fc.constant('cycle' as const),
    vm: fc.constant('g0'),
    hosts: fc.constantFrom(['h0', 'h1'], ['h1', 'h0']),
    migrations: fc.integer({ min: 1, max: 60 }),
    pace: paces,
  }),
  fc.record({
    kind: fc.constant('evacuate' as const),
    host: fc.constant('h0'),
    to: fc.constant(['h1']),
    back: fc.boolean(),
    pace: paces,
    repeats: fc.constant(1),
  }),
);

/** Follows a plan. @returns where every VM is after each migration, and whether one was moved to where it was */
function follow({ placement, actions }: Plan): { states: ReadonlyMap<string, string>[]; idle: string[] } {
  let hostOf = new Map(Object.entries(placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)));
  const states = [hostOf];
  const idle: string[] = [];
  for (const action of actions) {
    if (action.kind !== 'migrate') continue;
    if (hostOf.get(action.vm) === action.to) idle.push(action.id);
    hostOf = new Map(hostOf).set(action.vm, action.to);
    states.push(hostOf);
  }
  return { states, idle };
}

function vmsPerHost(state: ReadonlyMap<string, string>): readonly number[] {
  const counts = new Map<string, number>();
  for (const host of state.values()) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts.values()];
}

describe('every pattern', () => {
  test('has unique ids, one end, and its end last', () => {
    fc.assert(
      fc.property(placements, patterns, (placement, pattern) => {
        const { actions } = makePlan(placement, pattern);
        expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
        expect(actions.filter(({ kind }) => kind === 'end')).toHaveLength(1);
        expect(actions.at(-1)?.kind).toBe('end');
      }),
    );
  });

  test('never moves a VM to where it is', () => {
    fc.assert(
      fc.property(placements, patterns, (placement, pattern) => {
        expect(follow(makePlan(placement, pattern)).idle).toEqual([]);
      }),
    );
  });

  test('follows earlier actions only, at times that never decrease', () => {
    fc.assert(
      fc.property(placements, patterns, (placement, pattern) => {
        const { actions } = makePlan(placement, pattern);
        const ids = actions.map(({ id }) => id);
        const forward = actions.filter(
          (action, index) => 'after' in action && !ids.slice(0, index).includes(action.after),
        );
        const dues = actions.flatMap((action) => ('dueMs' in action ? [action.dueMs] : []));
        expect(forward).toEqual([]);
        expect(dues).toEqual([...dues].sort((one, other) => one - other));
      }),
    );
  });

  test('depends on its input alone', () => {
    fc.assert(
      fc.property(placements, patterns, (placement, pattern) => {
        expect(makePlan(placement, pattern)).toEqual(makePlan(structuredClone(placement), structuredClone(pattern)));
      }),
    );
  });
});

describe('staircase', () => {
  test('climbs by one VM a step up to its height, and the reverse restores the placement', () => {
    fc.assert(
      fc.property(placements, fc.integer({ min: 1, max: 13 }), (placement, upTo) => {
        const plan = makePlan(placement, { kind: 'staircase', target: 'h0', upTo, everyMs: 1_000, reverse: true });
        const { states } = follow(plan);
        const heights = states.map((state) => [...state.values()].filter((host) => host === 'h0').length);
        const start = heights[0] ?? 0;
        const all = states[0]?.size ?? 0;
        expect(Math.max(...heights)).toBe(Math.max(start, Math.min(upTo, all)));
        expect(heights.slice(1).every((height, index) => Math.abs(height - (heights[index] ?? 0)) === 1)).toBe(true);
        expect(states.at(-1)).toEqual(states[0]);
      }),
    );
  });

  test("is the paper's: 20 VMs, every 2000 s to six and back", () => {
    const placement = {
      target: [],
      ...Object.fromEntries([1, 2, 3, 4, 5].map((host) => [`h${host}`, [1, 2, 3, 4].map((vm) => `g${host}${vm}`)])),
    };
    const plan = makePlan(placement, {
      kind: 'staircase',
      target: 'target',
      upTo: 6,
      everyMs: 2_000_000,
      reverse: true,
    });
    expect(plan.actions).toHaveLength(13);
    expect(plan.actions.slice(0, 2)).toEqual([
      { id: 'a00001', kind: 'migrate', vm: 'g11', to: 'target', dueMs: 0 },
      { id: 'a00002', kind: 'migrate', vm: 'g21', to: 'target', dueMs: 2_000_000 },
    ]);
    expect(plan.actions.at(-1)).toEqual({ id: 'a00013', kind: 'end', dueMs: 24_000_000 });
  });

  test('goes up once without reverse', () => {
    const plan = makePlan(
      { h1: ['a', 'b'], h2: [] },
      { kind: 'staircase', target: 'h2', upTo: 2, everyMs: 5, reverse: false },
    );
    expect(plan.actions.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'a00001 migrate',
      'a00002 migrate',
      'a00003 end',
    ]);
  });
});

describe('ring', () => {
  test("keeps at most one VM a host in the paper's light case: 5 VMs, 6 hosts, 50 migrations", () => {
    const placement = { h1: ['a'], h2: ['b'], h3: ['c'], h4: ['d'], h5: ['e'], h6: [] };
    const plan = makePlan(placement, { kind: 'ring', migrations: 50, concurrent: 1, pace: { pauseMs: 0 } });
    const { states } = follow(plan);
    expect(states).toHaveLength(51);
    expect(states.flatMap(vmsPerHost).every((count) => count === 1)).toBe(true);
  });

  test("moves each of the heavy case's 20 VMs three times in 60 migrations, hosts evenly filled", () => {
    const placement = Object.fromEntries(
      [1, 2, 3, 4, 5].map((host) => [`h${host}`, [1, 2, 3, 4].map((vm) => `g${host}${vm}`)]),
    );
    const plan = makePlan(placement, { kind: 'ring', migrations: 60, concurrent: 1, pace: { pauseMs: 0 } });
    const moves = new Map<string, number>();
    for (const action of plan.actions)
      if (action.kind === 'migrate') moves.set(action.vm, (moves.get(action.vm) ?? 0) + 1);
    expect([...moves.values()]).toEqual(Array(20).fill(3));
    expect(Math.max(...follow(plan).states.flatMap(vmsPerHost))).toBe(5);
  });

  test('goes to the next host, and moves no VM twice among concurrent migrations', () => {
    fc.assert(
      fc.property(
        placements,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 80 }),
        paces,
        (placement, wanted, migrations, pace) => {
          const hosts = Object.keys(placement);
          const concurrent = Math.min(wanted, Object.values(placement).flat().length);
          const plan = makePlan(placement, { kind: 'ring', migrations, concurrent, pace });
          const moved = plan.actions.flatMap((action) => (action.kind === 'migrate' ? [action] : []));
          const { states } = follow(plan);
          expect(moved).toHaveLength(migrations);
          for (const [index, { vm, to }] of moved.entries()) {
            const from = hosts.indexOf(states[index]?.get(vm) ?? '');
            expect(to).toBe(hosts[(from + 1) % hosts.length]);
            expect(moved.slice(Math.max(0, index - concurrent + 1), index).map((other) => other.vm)).not.toContain(vm);
          }
        },
      ),
    );
  });

  test('starts `concurrent` at once: at a fixed pace together, with a pause in lanes', () => {
    const placement = { h1: ['a', 'b'], h2: ['c', 'd'] };
    const ring = { kind: 'ring', migrations: 4, concurrent: 2 } as const;
    const paced = makePlan(placement, { ...ring, pace: { everyMs: 10 } });
    expect(paced.actions.map((action) => ('dueMs' in action ? action.dueMs : action.after))).toEqual([
      0, 0, 10, 10, 20,
    ]);
    const paused = makePlan(placement, { ...ring, pace: { pauseMs: 7 } });
    expect(paused.actions.map((action) => ('dueMs' in action ? action.dueMs : action.after))).toEqual([
      0,
      0,
      'a00001',
      'a00002',
      'a00004',
    ]);
  });
});

describe('cycle', () => {
  test('takes one VM round the hosts in their order, from where it is', () => {
    const plan = makePlan(
      { h1: [], h2: ['g'], h3: [] },
      { kind: 'cycle', vm: 'g', hosts: ['h1', 'h2', 'h3'], migrations: 4, pace: { pauseMs: 1_000 } },
    );
    expect(plan.actions.map((action) => (action.kind === 'migrate' ? action.to : action.kind))).toEqual([
      'h3',
      'h1',
      'h2',
      'h3',
      'end',
    ]);
    expect(plan.actions[1]).toMatchObject({ after: 'a00001', pauseMs: 1_000 });
  });
});

describe('evacuate', () => {
  test('empties the host in turn over the others and restores the placement', () => {
    const plan = makePlan(
      { h1: ['a', 'b', 'c'], h2: [], h3: ['d'] },
      { kind: 'evacuate', host: 'h1', to: ['h2', 'h3'], back: true, pace: { pauseMs: 0 }, repeats: 2 },
    );
    const { states } = follow(plan);
    expect(states).toHaveLength(13);
    expect([...(states[3]?.values() ?? [])]).not.toContain('h1');
    expect(states[3]?.get('b')).toBe('h3');
    expect(states[6]).toEqual(states[0]);
    expect(states.at(-1)).toEqual(states[0]);
  });
});

describe('list', () => {
  test('keeps ids and order, and ends with its last action unless told otherwise', () => {
    const actions = [{ id: 'mine', kind: 'migrate', vm: 'a', to: 'h2', dueMs: 5 }] as const;
    const plan = makePlan({ h1: ['a'], h2: [] }, { kind: 'list', actions, end: null });
    expect(plan.actions).toEqual([...actions, { id: 'a00002', kind: 'end', after: 'mine', pauseMs: 0 }]);
    const end = { id: 'stop', dueMs: 60 };
    expect(makePlan({ h1: ['a'], h2: [] }, { kind: 'list', actions, end }).actions.at(-1)).toEqual({
      kind: 'end',
      ...end,
    });
  });
});

test('a plan of 10,000 actions takes less than two seconds', () => {
  const placement = Object.fromEntries(
    Array.from({ length: 100 }, (_, host) => [`h${host}`, Array.from({ length: 10 }, (__, vm) => `g${host}-${vm}`)]),
  );
  const started = performance.now();
  const plan = makePlan(placement, { kind: 'ring', migrations: 10_000, concurrent: 20, pace: { pauseMs: 0 } });
  expect(plan.actions).toHaveLength(10_001);
  expect(performance.now() - started).toBeLessThan(2_000);
});
