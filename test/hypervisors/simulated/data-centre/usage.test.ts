import { catalogueOf } from '../../../../hypervisors/simulated/data-centre/counters/catalogue';
import { readSamples } from '../../../../hypervisors/simulated/data-centre/counters/read-samples';
import { SMALL, SmallDataCentre } from './small-data-centre';

const EVERY = 1_000;
const at = (ms: number): number => SMALL.createdAtMs + ms;

/** Values of a counter (all its instances added up) of an entity, one each second from 0 to `untilMs` after it was made. */
function values(dataCentre: SmallDataCentre, kind: 'vm' | 'host', name: string, counter: string, untilMs: number) {
  const { series } = readSamples(dataCentre.look(untilMs), at(untilMs), {
    entities: [{ kind, name }],
    everyMs: EVERY,
    fromMs: at(0),
    untilMs: at(untilMs),
  });
  const [found] = series;
  const columns = (found?.counters ?? []).flatMap((each, index) => (each.counter === counter ? [index] : []));
  return (found?.values ?? []).map((row) => columns.reduce((sum, index) => sum + (row[index] ?? NaN), 0));
}

const rates = (totals: readonly number[]): number[] =>
  totals.slice(1).map((value, index) => value - (totals[index] ?? 0));
const cores = (...series: Parameters<typeof values>): number[] => rates(values(...series)).map((ns) => ns / 1e9);

test('CPU and network of source and target rise while a VM migrates, and of nobody else', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.start(3_000, 'm', 'g1', 'h1', 'h2');
  const { tookMs } = dataCentre.endOf(60_000, 'm');
  expect(tookMs).toBeLessThan(5_000);
  for (const [host, counter] of [
    ['h1', 'net.tx.bytes'],
    ['h2', 'net.rx.bytes'],
  ] as const) {
    const sent = rates(values(dataCentre, 'host', host, counter, 12_000));
    expect(sent.slice(0, 3)).toEqual([0, 0, 0]);
    expect(sent.slice(9)).toEqual([0, 0, 0]);
    expect(sent.reduce((sum, each) => sum + each, 0)).toBeCloseTo(
      dataCentre.migration(60_000, 'm').transferredBytes,
      -1,
    );
    const busy = cores(dataCentre, 'host', host, 'cpu.time', 12_000);
    expect(busy[3]).toBeGreaterThan(2 * (busy[2] ?? NaN));
  }
  const [idle, ...others] = cores(dataCentre, 'host', 'h3', 'cpu.time', 12_000);
  for (const each of others) expect(each).toBeCloseTo(idle ?? NaN, 9);
  expect(new Set(values(dataCentre, 'host', 'h1', 'net.rx.bytes', 12_000))).toEqual(new Set([0]));
});

test('a VM costs what its load writes, nothing while it is stopped, and belongs to the host where it is', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 40, 64, 5_000);
  const busy = cores(dataCentre, 'vm', 'g1', 'cpu.time', 8_000);
  expect(busy[0]).toBeGreaterThan(5 * (busy[6] ?? NaN));
  expect(busy[4]).toBeCloseTo(busy[0] ?? NaN, 9);
  expect(cores(dataCentre, 'host', 'h1', 'cpu.time', 8_000)[0]).toBeGreaterThan(busy[0] ?? NaN);
  const idle = values(dataCentre, 'host', 'h1', 'cpu.idle', 8_000);
  const time = values(dataCentre, 'host', 'h1', 'cpu.time', 8_000);
  idle.forEach((ns, second) => expect((ns + (time[second] ?? NaN)) / 1e9).toBeCloseTo(4 * second, 6));
});

test('memory is taken by the VMs that are placed on a host, twice while one of them is on its way', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 1, 100);
  dataCentre.start(3_000, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 50 });
  expect(dataCentre.endOf(60_000, 'm').state).toBe('succeeded');
  const free = (host: string): number[] => values(dataCentre, 'host', host, 'mem.MemAvailable', 12_000);
  const used = values(dataCentre, 'vm', 'g1', 'balloon.rss', 12_000)[0] ?? NaN;
  expect(used).toBe(174 * 1_024);
  expect((free('h2')[2] ?? NaN) - (free('h2')[11] ?? NaN)).toBe(used);
  expect((free('h1')[11] ?? NaN) - (free('h1')[2] ?? NaN)).toBe(used);
  expect([free('h1')[5], free('h2')[5]]).toEqual([free('h1')[2], free('h2')[11]]);
});

test('a busy host never has more than its CPUs, and its VMs less than they want', () => {
  const dataCentre = new SmallDataCentre({ ...SMALL, hosts: SMALL.hosts.map((host) => ({ ...host, cpus: 1 })) });
  for (const vm of ['g1', 'g4']) dataCentre.load(vm, 1_000);
  expect(cores(dataCentre, 'host', 'h1', 'cpu.time', 2_000)[1]).toBeCloseTo(1, 9);
  const [one, two] = ['g1', 'g4'].map((vm) => cores(dataCentre, 'vm', vm, 'cpu.time', 2_000)[1] ?? NaN);
  expect((one ?? NaN) + (two ?? NaN)).toBeLessThan(1);
  expect(one).toBeCloseTo(two ?? NaN, 9);
});

test('answers for the last hour, never for the future, and nothing of what is not there', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.start(3_000, 'm', 'g1', 'h1', 'h2');
  const nowMs = at(5_000_500);
  const state = dataCentre.look(5_000_500);
  const entities = [
    { kind: 'host', name: 'h1' },
    { kind: 'vm', name: 'h1' },
  ] as const;
  const { ticks, series, keptFromMs } = readSamples(state, nowMs, {
    entities,
    everyMs: EVERY,
    fromMs: 0,
    untilMs: at(9e6),
  });
  expect(keptFromMs).toBe(nowMs - 3_600_000);
  expect(ticks).toHaveLength(3_600);
  expect(ticks.at(-1)).toBe(at(5_000_000));
  expect(series.map(({ kind, name }) => [kind, name])).toEqual([['host', 'h1']]);
  expect(series[0]?.values).toHaveLength(3_600);
  const looked = readSamples(state, nowMs, { entities, everyMs: EVERY, fromMs: 0, untilMs: at(9e6) });
  expect(looked.series).toEqual(series);
});

test('the catalogue names each counter once, with all instances', () => {
  const catalogue = catalogueOf(new SmallDataCentre().state);
  const keys = catalogue.map(({ entityKind, counter }) => `${entityKind} ${counter}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(catalogue.find(({ counter }) => counter === 'cpu.idle')).toEqual({
    ...{ entityKind: 'host', counter: 'cpu.idle', unit: 'ns', kind: 'cumulative' },
    instances: ['0', '1', '2', '3'],
  });
});

test('a CPU load costs its share of each vCPU, locked memory is sent once more, both until their lease ends', () => {
  const dataCentre = new SmallDataCentre();
  const lease = { do: 'lease', campaign: 'loads', leaseMs: 5_000, loads: {} };
  dataCentre.at(0, { ...lease, cpuPercent: { g1: 40 }, lockedMib: { g2: 30 } });
  const { vcpus = NaN } = dataCentre.state.vms.get('g1') ?? {};
  const busy = cores(dataCentre, 'vm', 'g1', 'cpu.time', 8_000);
  expect((busy[0] ?? NaN) - (busy[6] ?? NaN)).toBeCloseTo(0.4 * vcpus, 9);

  const sentOf = (lockedMib: object): number => {
    const other = new SmallDataCentre();
    other.at(0, { ...lease, leaseMs: 60_000, lockedMib });
    other.start(1_000, 'm', 'g2', 'h2', 'h1');
    return other.migration(60_000, 'm').transferredBytes;
  };
  expect(sentOf({ g2: 30 }) - sentOf({})).toBeGreaterThan(29 * 2 ** 20);
  expect(sentOf({ g2: 30 }) - sentOf({})).toBeLessThan(33 * 2 ** 20);
  expect(() => dataCentre.at(9_000, { ...lease, cpuPercent: { nobody: 1 } })).toThrow(/nobody/);
});

test('noting only what an event can change gives the same as noting everything each time', () => {
  const run = (isForgetful: boolean) => {
    const dataCentre = new SmallDataCentre();
    const forget = (): void => {
      if (isForgetful) dataCentre.state.noted = null;
    };
    dataCentre.load('g2', 30, 64, 9_000);
    dataCentre.start(1_000, 'm1', 'g1', 'h1', 'h2');
    forget();
    dataCentre.start(1_500, 'm2', 'g3', 'h3', 'h1', { bandwidthMibPerS: 30 });
    for (let ms = 1_750; ms < 15_000; ms += 50) {
      if (ms === 4_000) {
        const loads = { g4: { workingSetMib: 8, mibPerS: 900 } };
        dataCentre.at(ms, { do: 'lease', campaign: 'late', leaseMs: 3_000, loads });
      }
      forget();
      dataCentre.look(ms);
    }
    const names = { host: ['h1', 'h2', 'h3'], vm: ['g1', 'g2', 'g3', 'g4'] } as const;
    const entities = (['host', 'vm'] as const).flatMap((kind) => names[kind].map((name) => ({ kind, name })));
    return readSamples(dataCentre.state, at(15_000), { entities, everyMs: EVERY, fromMs: at(0), untilMs: at(15_000) });
  };
  expect(run(false)).toEqual(run(true));
});
