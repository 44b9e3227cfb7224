import { judgeRun, type Run } from './judge-run';
import type { LogEvent } from './read-logs';
import type { MoveRow } from './read-store';

const AT = 1_800_000_000_000;

const row: MoveRow = {
  ...{ action: 'a1', kind: 'migrate', origin: 'drover', vm: 'g1', from: 'h1', to: 'h2' },
  ...{ outcome: 'succeeded', provenance: 'observed', requested: AT, finished: AT + 4_000, migrationMs: 4_000 },
  ...{ blackoutMs: 200, blackoutLowMs: 190, blackoutHighMs: 210, blackoutGap: null },
};
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
    events: change.events ?? [arrival, departure],
    faults: change.faults ?? [],
    limitPerHost: 1,
  };
}

const NOTHING = { lost: [], doubled: [], limitExceeded: [], unaccounted: [], unmarked: [] };
const one = (text: RegExp): unknown[] => [expect.stringMatching(text)];
const worker = { victim: 'worker', target: null };
const during = { fromMs: AT + 1_000, untilMs: AT + 3_000 };

test('a clean run has no findings', () => {
  expect(judgeRun(run())).toEqual(NOTHING);
});

test('a failed migration needs no arrival, but may have one', () => {
  const failed = { ...row, outcome: 'failed' };
  expect(judgeRun(run({ rows: [failed], events: [] }))).toEqual(NOTHING);
  const gone = { ...arrival, atMs: AT + 2_000, kind: 'gone' } as const;
  expect(judgeRun(run({ rows: [failed], events: [arrival, gone] }))).toEqual(NOTHING);
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

test.each(['failed', 'missed', 'cancelled', 'skipped', 'no-op'])(
  'a row that says "%s" and that nothing was requested, though the VM moved',
  (outcome) => {
    const unrequested = { ...row, ...silent, outcome };
    const verdict = judgeRun(run({ rows: [unrequested] }));
    expect(verdict).toEqual({
      ...NOTHING,
      lost: one(/^a1 \(g1 to h2\) .* never requested, the log has its migration at/),
    });
    expect(judgeRun(run({ rows: [unrequested], events: [] }))).toEqual(NOTHING);
  },
);

test('the same beside another row that explains the move, in whichever order', () => {
  const unrequested = { ...row, ...silent, action: 'a2', outcome: 'missed' };
  const moves = [
    { id: 'a1', vm: 'g1', to: 'h2' },
    { id: 'a2', vm: 'g1', to: 'h2' },
  ];
  for (const rows of [
    [row, unrequested],
    [unrequested, row],
  ]) {
    const whole = run({ rows });
    expect(judgeRun({ ...whole, stored: { ...whole.stored, moves } })).toEqual(NOTHING);
  }
});

test('a QEMU that waited in vain belongs to a migration that failed without times, not to one that was missed', () => {
  const events = [arrival, { ...arrival, atMs: AT + 2_000, kind: 'gone' }] as const;
  const vain = (outcome: string) => judgeRun(run({ rows: [{ ...row, ...silent, outcome }], events }));
  expect(vain('failed')).toEqual(NOTHING);
  expect(vain('missed').lost).toEqual(one(/missed and never requested/));
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
