import { makeReadings, NO_FRAMES, type Frame } from '../../../../hypervisors/libvirt/counters/make-readings';
import { parseDomstats } from '../../../../hypervisors/libvirt/counters/parse-domstats';
import { parseHostCounters } from '../../../../hypervisors/libvirt/counters/parse-host-counters';

/** What libvirt 11.3 said of a lab guest, shortened. */
const G5 = `Domain: 'g5'
  state.state=1
  state.reason=2
  cpu.time=1140000000
  balloon.current=262144
  vcpu.0.time=510000000
  vcpu.0.delay=1063228995
  net.count=1
  net.0.name=vnet2
  net.0.rx.bytes=24016
  dirtyrate.calc_mode=page-sampling
  some.new=7
`;

const frame = (kind: Frame['kind'], tickMs: number, text: string): Frame => ({
  kind,
  tickMs,
  takenAtMs: tickMs + 3,
  monotonicMs: tickMs / 2,
  text,
});
const series = frame('series', 0, 'period_ms=1000\nown_processes=1\n');

test('reads counters with instance, unit and kind; texts are none', () => {
  const [g5, none] = parseDomstats(G5);
  expect(none).toBeUndefined();
  expect(g5).toMatchObject({ domain: 'g5', state: 1 });
  const named = g5?.counters.map(({ counter, instance, unit, kind }, index) =>
    [counter, instance, unit, kind, g5.values[index]].join(' '),
  );
  expect(named).toEqual([
    'state.state   gauge 1',
    'state.reason   gauge 2',
    'cpu.time  ns cumulative 1140000000',
    'balloon.current  KiB gauge 262144',
    'vcpu.time 0 ns cumulative 510000000',
    'vcpu.delay 0 ns cumulative 1063228995',
    'net.count  count gauge 1',
    'net.rx.bytes 0 bytes cumulative 24016',
    'some.new   unknown 7',
  ]);
});

const valueOf = (text: string, counter: string, instance = ''): number | undefined => {
  const { counters, values } = parseHostCounters(text);
  return values[counters.findIndex((each) => each.counter === counter && each.instance === instance)];
};

test('reads a machine from its own /proc', () => {
  const text = [
    '== stat\ncpu  100 1 50 900 7 2 3 0 0 0\ncpu0 60 1 20 400 3 2 3 0 0 0\ncpu1 40 0 30 500 4 0 0 0 0 0\nintr 1 2',
    '== meminfo\nMemTotal:       16384 kB\nHugePages_Total:       0',
    '== diskstats\n 8 0 sda 10 0 16 5 20 0 32 6 0 77 11\n 7 0 loop0 1 0 1 1 1 0 1 1 0 1 1',
    '== net\nInter-| Receive\n face |bytes\n  eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n',
  ].join('\n');
  expect(valueOf(text, 'cpu.time')).toBe(1.56e9);
  expect(valueOf(text, 'cpu.idle', '1')).toBe(5e9);
  expect(valueOf(text, 'cpu.count')).toBe(2);
  expect(valueOf(text, 'mem.MemTotal')).toBe(16_384);
  expect(valueOf(text, 'block.wr.bytes', 'sda')).toBe(32 * 512);
  expect(valueOf(text, 'block.wr.bytes', 'loop0')).toBeUndefined();
  expect(valueOf(text, 'net.tx.pkts', 'eth0')).toBe(6);
});

test('a host that shares its machine has what its own processes used and nothing of the machine', () => {
  const text =
    '== own\ncpu_ticks=250\nticks_per_s=100\nprocesses=9\nrss_kib=1000\n== net\n lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n';
  expect(valueOf(text, 'cpu.time')).toBe(2.5e9);
  expect(valueOf(text, 'mem.rss')).toBe(1_000);
  expect(valueOf(text, 'mem.pss')).toBeUndefined();
  expect(parseHostCounters(text).counters.some(({ counter }) => counter.startsWith('mem.Mem'))).toBe(false);
});

test('ranks where a VM runs above where it waits, and leaves out where it is off', () => {
  const of = (state: number) =>
    makeReadings('h1', NO_FRAMES, [
      series,
      frame('domstats', 1_000, G5.replace('state.state=1', `state.state=${String(state)}`)),
    ]);
  expect([1, 3, 5].map((state) => of(state).readings.map(({ rank }) => rank))).toEqual([[0], [1], []]);
});

test('notes a VM without counters, a failed answer, and why ticks are missing', () => {
  const bare = "Domain: 'g1'\n  state.state=1\n";
  const first = makeReadings('h1', NO_FRAMES, [
    series,
    frame('host', 1_000, '== own\n'),
    frame('domstats', 1_000, bare),
  ]);
  const second = makeReadings('h1', first.state, [
    frame('failure', 2_000, 'virsh did not answer in time'),
    frame('host', 5_000, '== own\n'),
    series,
    frame('host', 8_000, '== own\n'),
    { ...series, text: `${series.text}unwritten=No space left on device\n` },
    frame('host', 10_000, '== own\n'),
  ]);
  const notes = [...first.notes, ...second.notes];
  expect(notes.map(({ scope, vm, fromMs, untilMs }) => [scope, vm, fromMs, untilMs])).toEqual([
    ['vm', 'g1', 1_000, 1_000],
    ['vms', null, 2_000, 2_000],
    ['all', null, 3_000, 4_000],
    ['all', null, 6_000, 7_000],
    ['all', null, 9_000, 9_000],
  ]);
  expect(notes.map(({ reason }) => reason).slice(1)).toEqual([
    'h1: virsh did not answer in time',
    'the recorder on h1 was held up',
    'the recorder on h1 had ended and was started again',
    'the recorder on h1 could not store what it read: No space left on device',
  ]);
});

test.each(['__proto__', '__defineGetter__', 'constructor', 'toString'])(
  'a section of the name %s is none of ours',
  (name) => {
    expect(parseHostCounters(`== ${name}\nx\n`)).toEqual({ counters: [], values: [] });
  },
);

test('more digits than a number has are no value', () => {
  const [read] = parseDomstats(`Domain: 'g1'\n  state.state=1\n  cpu.time=${'9'.repeat(400)}\n`);
  expect(read?.values).toEqual([1]);
});

test('what virsh complained of is noted in one line of bounded length', () => {
  const { notes } = makeReadings('h1', NO_FRAMES, [frame('failure', 1_000, `\u001B[2J${'x'.repeat(10_000)}`)]);
  expect(notes[0]?.reason).toMatch(/^h1: \\u001b\[2Jx{100,600}\.\.\.$/);
});
