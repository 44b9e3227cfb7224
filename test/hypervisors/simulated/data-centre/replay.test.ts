import fc from 'fast-check';
import { Refusal } from '../../../../hypervisors/simulated/data-centre/state/refuse';
import { SmallDataCentre } from './small-data-centre';

const vm = fc.constantFrom('g1', 'g2', 'g3', 'g4');
const host = fc.constantFrom('h1', 'h2', 'h3');
const start = fc.record({
  do: fc.constant('start'),
  id: fc.uuid(),
  vm,
  to: host,
  options: fc.record({ bandwidthMibPerS: fc.constantFrom(20, 90), postCopy: fc.boolean(), autoConverge: fc.boolean() }),
});
const load = fc.record({ workingSetMib: fc.constantFrom(8, 64), mibPerS: fc.constantFrom(5, 30, 95) });
/** Commands about a migration name it by its number among those that were accepted. */
const nth = fc.nat({ max: 4 });
const command = fc.oneof(
  { weight: 5, arbitrary: start },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('change'), nth, downtimeLimitMs: fc.constantFrom(10, 1_000, 60_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change'), nth, postCopy: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget'), nth }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('lease'),
      campaign: vm,
      leaseMs: fc.constantFrom(500, 60_000),
      loads: fc.dictionary(vm, load),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), campaign: vm }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('inject'),
      fault: fc.record({
        kind: fc.constant('fail-next'),
        vm,
        code: fc.constant('incompatible'),
        afterMs: fc.constantFrom(0, 900),
      }),
    }),
  },
);
const steps = fc.array(fc.record({ pauseMs: fc.double({ min: 0, max: 4_000, noNaN: true }), command }), {
  minLength: 5,
  maxLength: 40,
});

interface Step {
  readonly atMs: number;
  readonly command: object;
}

/** Does the steps, and returns those that were accepted as they were done: the journal. */
function run(
  dataCentre: SmallDataCentre,
  todo: readonly Step[],
  look: (fromMs: number, untilMs: number) => void,
): readonly Step[] {
  let beforeMs = 0;
  return todo.flatMap((step) => {
    look(beforeMs, step.atMs);
    beforeMs = step.atMs;
    const done = { atMs: step.atMs, command: resolve(dataCentre, step) };
    try {
      dataCentre.at(done.atMs, done.command);
      return [done];
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
}

/** Random commands would nearly always be refused: a start names the VM's host, the others a migration that there is. */
function resolve(dataCentre: SmallDataCentre, { atMs, command }: Step): object {
  const { nth, ...asked } = command as { do: string; nth?: number; vm?: string; from?: string };
  const ids = [...dataCentre.look(atMs).migrations.keys()];
  if (nth !== undefined) return { ...asked, id: ids.at(-1 - nth) ?? 'none' };
  if (asked.do === 'start' && asked.from === undefined)
    return { ...asked, from: dataCentre.hostOf(atMs, asked.vm ?? '') };
  return asked;
}

test('the journal leads to the same state to the last bit, whoever looked in between', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (script, looks) => {
      let atMs = 0;
      const todo = script.map((step) => ({ atMs: (atMs += step.pauseMs), command: step.command }));
      const watched = new SmallDataCentre();
      const journal = run(watched, todo, (fromMs, untilMs) => {
        for (let n = 1; n <= looks; n += 1) watched.look(fromMs + ((untilMs - fromMs) * n) / (looks + 1));
      });
      const restarted = new SmallDataCentre();
      expect(run(restarted, journal, () => undefined)).toHaveLength(journal.length);
      expect(restarted.look(atMs + 50_000)).toEqual(watched.look(atMs + 50_000));
    }),
    { numRuns: 120 },
  );
});

test('a VM is on one host, stopped only while it migrates, and every end has its time', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const dataCentre = new SmallDataCentre();
      let atMs = 0;
      for (const step of script) {
        run(dataCentre, [{ atMs: (atMs += step.pauseMs), command: step.command }], () => undefined);
        const { vms, hosts, running, migrations, clockMs } = dataCentre.look(atMs);
        for (const each of vms.values()) {
          expect(hosts.has(each.host)).toBe(true);
          const moving = [...running].filter((migration) => migration.vm === each.name);
          expect(moving.length).toBeLessThanOrEqual(1);
          expect(each.stoppedAtMs !== null).toBe(
            moving.some(({ phase }) => phase === 'stopped' || phase === 'switching'),
          );
        }
        for (const migration of migrations.values()) {
          expect(running.has(migration)).toBe(migration.end === null);
          if (migration.end === null) continue;
          expect(migration.end.atMs).toBeGreaterThanOrEqual(migration.startedAtMs);
          expect(migration.end.atMs).toBeLessThanOrEqual(clockMs);
        }
      }
    }),
    { numRuns: 60 },
  );
});
