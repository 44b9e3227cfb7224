import { causesOf, judgeRun, type Run } from './judge-run';
import type { LogEvent } from './read-logs';
import type { MoveRow } from './read-store';

const AT = 1_800_000_000_000;

const row: MoveRow = {
  ...{ action: 'a1', kind: 'migrate', origin: 'drover', vm: 'g1', from: 'h1', to: 'h2' },
  ...{
    outcome: 'succeeded',
    error: null,
    provenance: 'observed',
    effectiveDue: AT,
    requested: AT,
    finished: AT + 4_000,
    migrationMs: 4_000,
  },
  ...{ blackoutMs: 200, blackoutLowMs: 190, blackoutHighMs: 210, blackoutGap: null },
  ...{ hostSilentMs: 0, blackoutStart: AT + 3_600, blackoutEnd: AT + 3_800 },
};
const start = { vm: 'g1', host: 'h1', atMs: AT - 60_000, kind: 'start' } as const;
const arrival = { vm: 'g1', host: 'h2', atMs: AT + 300, kind: 'arrival' } as const;
const departure = { vm: 'g1', host: 'h1', atMs: AT + 3_900, kind: 'migrated' } as const;
const entry = (entity: string, tick: number) => ({ entity, tick, state: 'value', reason: null, samples: 3 });

function run(change: { rows?: readonly MoveRow[]; events?: readonly LogEvent[]; faults?: Run['faults'] } = {}): Run {
  const ledger = ['h1', 'h2', 'g1'].flatMap((entity) => [entry(entity, AT), entry(entity, AT + 2_000)]);
  return {
    stored: {
      moves: [{ id: 'a1', vm: 'g1', to: 'h2' }],
      rows: change.rows ?? [row],
      entities: ['h1', 'h2', 'g1'],
      ledger,
    },
    events: [start, ...(change.events ?? [arrival, departure])],
    faults: change.faults ?? [],
    ...{ limitPerHost: 1, migrations: 1, sampleEveryMs: 2_000 },
  };
}

const NOTHING = { lost: [], doubled: [], limitExceeded: [], unaccounted: [], unmarked: [] };
const one = (text: RegExp): unknown[] => [expect.stringMatching(text)];
const worker = { victim: 'worker', target: null };
const qemuKilled = { victim: 'qemu', deed: 'SIGKILL', target: 'g1', fromMs: AT + 1_000, untilMs: AT + 3_000 };
const during = { fromMs: AT + 1_000, untilMs: AT + 3_000 };

test('a clean run has no findings', () => {
  expect(judgeRun(run())).toEqual(NOTHING);
});

test('a failed migration needs no arrival, but may have one', () => {
  const [rows, faults] = [[{ ...row, outcome: 'failed' }], [qemuKilled]];
  expect(judgeRun(run({ rows, faults, events: [] }))).toEqual(NOTHING);
  const gone = { ...arrival, atMs: AT + 2_000, kind: 'gone' } as const;
  expect(judgeRun(run({ rows, faults, events: [arrival, gone] }))).toEqual(NOTHING);
});

test('a failed migration needs a fault that can have been its cause', () => {
  const verdict = (faults: Run['faults']) =>
    judgeRun(run({ rows: [{ ...row, outcome: 'failed' }], faults, events: [] }));
  expect(verdict([]).lost).toEqual(one(/said to be failed, and no fault struck its VM or one of its hosts/));
  const link = { victim: 'link', deed: 'packets dropped', ...during };
  expect(verdict([{ ...link, target: 'h3' }]).lost).toHaveLength(1);
  expect(verdict([{ ...link, target: 'h2' }])).toEqual(NOTHING);
  expect(verdict([{ ...link, target: 'h2', fromMs: AT - 300_000, untilMs: AT - 200_000 }]).lost).toHaveLength(1);
  expect(verdict([{ ...qemuKilled, target: 'g2' }]).lost).toHaveLength(1);
  expect(verdict([{ ...worker, deed: 'SIGKILL', ...during }]).lost).toHaveLength(1);
});

test('a migration that failed by its row and succeeded by the log, with a time or without', () => {
  for (const requested of [AT, null]) {
    const denying = { ...row, outcome: 'failed', requested, finished: null };
    expect(judgeRun(run({ rows: [denying], faults: [qemuKilled] })).lost).toEqual(
      one(/^a1 \(g1 to h2\) is said to be failed.*, the log has its migration at/),
    );
  }
});

test('nothing to do where the VM was elsewhere, a plan of another size, a migration of nobody', () => {
  const noOp = { ...row, outcome: 'no-op', requested: null, finished: null, migrationMs: null };
  expect(judgeRun(run({ rows: [noOp], events: [] })).lost).toEqual(one(/no-op, the log has the VM elsewhere/));
  const there = { ...start, host: 'h2', atMs: AT - 5_000 };
  expect(judgeRun(run({ rows: [noOp], events: [there] }))).toEqual(NOTHING);
  expect(judgeRun({ ...run(), migrations: 6 }).lost).toEqual(one(/the plan has 1 migrations, not 6/));
  expect(judgeRun(run({ rows: [row, { ...row, action: 'x1', origin: 'other' }] })).doubled).toEqual(
    one(/someone else's/),
  );
});

test('an action without a row and a success that QEMU does not know are lost', () => {
  expect(judgeRun(run({ rows: [], events: [] })).lost).toEqual(one(/^a1 .* has no row/));
  expect(judgeRun(run({ events: [] })).lost).toEqual(one(/the log has no such migration/));
});

test('a migration that belongs to no row and a second row are doubled', () => {
  const again = [arrival, departure, { ...arrival, atMs: AT + 30_000 }, { ...departure, atMs: AT + 34_000 }];
  expect(judgeRun(run({ events: again })).doubled).toEqual(one(/belongs to no row/));
  expect(judgeRun(run({ rows: [row, { ...row, outcome: 'failed' }] })).doubled).toEqual(one(/more than one row/));
  expect(judgeRun(run({ rows: [{ ...row, action: 'a9' }] })).doubled).toEqual(one(/not planned/));
});

const silent = { requested: null, finished: null, migrationMs: null };

test.each(['failed', 'missed', 'cancelled', 'skipped'])(
  'a row that says "%s" and that nothing was requested, though the VM moved',
  (outcome) => {
    const unrequested = { ...row, ...silent, outcome };
    expect(judgeRun(run({ rows: [unrequested], faults: [qemuKilled] })).lost).toContainEqual(
      expect.stringMatching(/^a1 \(g1 to h2\) .* never requested, the log has its migration at/),
    );
  },
);

test.each(['missed', 'cancelled', 'skipped'])('"%s" is nothing that the spec allows', (outcome) => {
  const verdict = judgeRun(run({ rows: [{ ...row, ...silent, outcome }], events: [] }));
  expect(verdict).toEqual({ ...NOTHING, lost: one(/nothing in the spec allows that/) });
});

test('the same beside another row that explains the move, in whichever order', () => {
  const unrequested = { ...row, ...silent, action: 'a2', outcome: 'failed' };
  const moves = [
    { id: 'a1', vm: 'g1', to: 'h2' },
    { id: 'a2', vm: 'g1', to: 'h2' },
  ];
  for (const rows of [
    [row, unrequested],
    [unrequested, row],
  ]) {
    const whole = { ...run({ rows, faults: [qemuKilled] }), migrations: 2 };
    expect(judgeRun({ ...whole, stored: { ...whole.stored, moves } })).toEqual(NOTHING);
  }
});

test('a QEMU that waited in vain belongs to a migration that failed without times, not to one that was missed', () => {
  const events = [arrival, { ...arrival, atMs: AT + 2_000, kind: 'gone' }] as const;
  const vain = (outcome: string) =>
    judgeRun(run({ rows: [{ ...row, ...silent, outcome }], events, faults: [qemuKilled] }));
  expect(vain('failed')).toEqual(NOTHING);
  expect(vain('missed').lost).toContainEqual(expect.stringMatching(/missed and never requested/));
});

test('two migrations at once on a host with a limit of one', () => {
  const other = { ...row, action: 'a2', vm: 'g2', from: 'h3' };
  const events = [
    arrival,
    { ...arrival, vm: 'g2', atMs: AT + 1_000 },
    departure,
    { ...departure, vm: 'g2', host: 'h3', atMs: AT + 3_950 },
  ];
  expect(judgeRun(run({ rows: [row, other], events })).limitExceeded).toEqual(one(/^2 migrations on h2/));
});

test('a migration to a host that is killed is over then, though no log says so', () => {
  const failed = { ...row, outcome: 'failed', finished: AT + 1_100 };
  const next = { ...row, action: 'a2', vm: 'g2', from: 'h3', to: 'h1', requested: AT + 5_000, finished: AT + 9_000 };
  const events = [
    arrival,
    { ...arrival, vm: 'g2', host: 'h1', atMs: AT + 5_300 },
    { ...departure, vm: 'g2', host: 'h3', atMs: AT + 8_900 },
  ];
  const killed = { victim: 'host', deed: 'SIGKILL', target: 'h2', fromMs: AT + 1_000, untilMs: AT + 4_000 };
  expect(judgeRun(run({ rows: [failed, next], events, faults: [killed] })).limitExceeded).toEqual([]);
  expect(judgeRun(run({ rows: [failed, next], events })).limitExceeded).toEqual(one(/^2 migrations on h1/));
});

test('a tick that is missing, a gap without a reason, a value without samples', () => {
  const whole = run();
  const ledgerOf = (ledger: Run['stored']['ledger']) => judgeRun({ ...whole, stored: { ...whole.stored, ledger } });
  const { ledger } = whole.stored;
  expect(ledgerOf(ledger.slice(1)).unaccounted).toEqual(one(/^h1: 1 entries of 2/));
  const [first, ...rest] = ledger;
  if (first === undefined) throw new Error('no entry');
  expect(ledgerOf([{ ...first, state: 'gap', samples: 0 }, ...rest]).unaccounted).toEqual(one(/without a reason/));
  expect(ledgerOf([{ ...first, samples: 0 }, ...rest]).unaccounted).toEqual(one(/disagree with the samples/));
});

test('figures that a fault touched', () => {
  const killed = { ...worker, deed: 'SIGKILL', ...during };
  expect(judgeRun(run({ faults: [killed] })).unmarked).toEqual(one(/observed by a worker that was killed/));
  expect(judgeRun(run({ faults: [killed], rows: [{ ...row, provenance: 'recovered' }] }))).toEqual(NOTHING);
  const late = { ...row, finished: AT + 9_000, migrationMs: 9_000 };
  expect(judgeRun(run({ rows: [late] })).unmarked).toEqual(one(/finished 5100 ms after QEMU's own end/));
  const deaf = { ...worker, victim: 'prober', deed: 'SIGKILL', fromMs: AT + 1_000, untilMs: AT + 4_000 };
  expect(judgeRun(run({ faults: [deaf] })).unmarked).toEqual(one(/prober did not run at the switch-over/));
  expect(judgeRun(run({ faults: [{ ...deaf, ...during }] }))).toEqual(NOTHING);
});

test('times that the log contradicts, unless libvirt itself stood still', () => {
  const early = { ...row, requested: AT - 6_000, migrationMs: 10_000 };
  expect(judgeRun(run({ rows: [early] })).unmarked).toEqual(one(/requested 6300 ms before QEMU's own start/));
  const frozen = { victim: 'libvirtd', deed: 'SIGSTOP', target: 'h1', fromMs: AT - 5_000, untilMs: AT };
  expect(judgeRun(run({ rows: [early], faults: [frozen] })).unmarked).toEqual([]);
  const before = { ...row, finished: AT + 3_000, migrationMs: 3_000 };
  expect(judgeRun(run({ rows: [before] })).unmarked).toEqual(one(/finished -900 ms after QEMU's own end/));
});

test('a row that names another source than the log', () => {
  expect(judgeRun(run({ rows: [{ ...row, from: 'h3' }] })).unmarked).toEqual(one(/from h3, the log has its VM on h1/));
});

test('a grid of other steps, one that begins late or ends early', () => {
  const whole = run();
  const at = (...ticks: readonly number[]) => {
    const ledger = ['h1', 'h2', 'g1'].flatMap((entity) => ticks.map((tick) => entry(entity, AT + tick)));
    return judgeRun({ ...whole, stored: { ...whole.stored, ledger } }).unaccounted;
  };
  expect(at(0, 4_000)).toEqual(one(/steps of 4000 ms/));
  expect(at(1_000, 3_000)).toEqual(one(/begins 1000 ms after the first migration/));
  expect(at(-2_000, 0)).toEqual(one(/ends 3900 ms before the last migration/));
});

test('a gap of which drover knows no cause needs a fault; a frozen host has no values', () => {
  const whole = run();
  const [first, ...rest] = whole.stored.ledger;
  if (first === undefined) throw new Error('no entry');
  const gap = { ...first, state: 'gap', samples: 0, reason: 'h1 has no reading of this tick' };
  const stored = { ...whole.stored, ledger: [gap, ...rest] };
  const fault = { deed: 'SIGSTOP', target: 'h1', fromMs: AT - 4_000, untilMs: AT + 9_000 };
  expect(judgeRun({ ...whole, stored }).unaccounted).toEqual(one(/^h1: a gap that no fault explains/));
  expect(judgeRun({ ...whole, stored, faults: [{ ...fault, victim: 'worker' }] }).unaccounted).toHaveLength(1);
  const recorder = { ...fault, victim: 'recorder', untilMs: AT + 1_900 };
  expect(judgeRun({ ...whole, stored, faults: [recorder] })).toEqual(NOTHING);
  expect(judgeRun(run({ faults: [{ ...fault, victim: 'recorder' }] })).unmarked).toEqual(
    one(/^h1: 2 values of a time when its recorder was frozen/),
  );
});

test('a VM that its host took with it is down until it is started again; a libvirtd elsewhere explains nothing', () => {
  const whole = run();
  const gaps = whole.stored.ledger.map((each) =>
    each.entity === 'g1'
      ? { ...each, tick: each.tick + 60_000, state: 'gap', samples: 0, reason: 'no host showed the VM as running' }
      : { ...each, tick: each.tick + 60_000 },
  );
  const later = { ...whole, stored: { ...whole.stored, ledger: [...whole.stored.ledger, ...gaps] } };
  const complaints = (faults: Run['faults'], events: readonly LogEvent[] = []) =>
    judgeRun({ ...later, faults, events: [...later.events, ...events] }).unaccounted.filter((text) =>
      text.includes('no fault explains'),
    );
  const host = { victim: 'host', deed: 'SIGKILL', target: 'h2', fromMs: AT + 10_000, untilMs: AT + 13_000 };
  const again = { vm: 'g1', host: 'h2', atMs: AT + 14_000, kind: 'start' } as const;
  expect(complaints([])).toHaveLength(1);
  expect(complaints([{ ...host, target: 'h1', fromMs: AT - 200_000, untilMs: AT - 190_000 }])).toHaveLength(1);
  expect(complaints([{ ...host, victim: 'libvirtd', target: 'h1', untilMs: AT + 70_000 }])).toHaveLength(1);
  expect(complaints([host])).toEqual([]);
  expect(complaints([{ ...host, fromMs: AT - 500_000, untilMs: AT - 400_000 }], [again])).toHaveLength(1);
});

test('what explains a failure is told with it', () => {
  const failed = { ...row, outcome: 'failed', error: 'it is gone' };
  expect(causesOf(run({ rows: [failed], events: [], faults: [qemuKilled] }))).toEqual([
    'a1 g1 h1 to h2: failed, it is gone [qemu g1: SIGKILL]',
  ]);
  expect(causesOf(run({ rows: [failed], events: [] }))).toEqual([expect.stringContaining('[no fault explains it]')]);
});

test('a blackout in which a host was cut off must say for how long', () => {
  const long = { ...row, blackoutMs: 2_500, blackoutLowMs: 2_490, blackoutHighMs: 2_510, blackoutStart: AT + 1_000 };
  const verdict = (changed: Partial<MoveRow>, victim: string, target: string) =>
    judgeRun(run({ rows: [{ ...long, ...changed }], faults: [{ ...during, victim, deed: 'dropped', target }] }))
      .unmarked;
  for (const victim of ['link', 'port', 'host'])
    expect(verdict({}, victim, 'h2')).toEqual(
      one(/h2 was down or cut off for 2000 ms of the blackout, and host_silent_ms is 0/),
    );
  expect(verdict({ hostSilentMs: 20 }, 'link', 'h1')).toEqual(one(/host_silent_ms is 20/));
  expect(verdict({ hostSilentMs: 690 }, 'link', 'h2')).toEqual([]);
  expect(verdict({ hostSilentMs: null }, 'link', 'h2')).toEqual([]);
  expect(verdict({}, 'link', 'h3')).toEqual([]);
  expect(verdict({ blackoutStart: AT + 2_900 }, 'link', 'h2')).toEqual([]);
});
