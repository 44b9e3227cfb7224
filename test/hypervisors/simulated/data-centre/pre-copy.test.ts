import { MIB } from '../../../../hypervisors/simulated/data-centre/model/dirty-memory';
import { SMALL, SmallDataCentre } from './small-data-centre';

const HOUR_MS = 3_600_000;

test('an idle VM moves in about the time of the KVM lab', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2');
  const end = dataCentre.endOf(HOUR_MS, 'm');
  expect(end.state).toBe('succeeded');
  // facts of the lab: 256 MiB idle: 0.6 to 1.8 s, downtime 18 to 150 ms, 74 MiB sent
  expect(end.tookMs).toBeGreaterThan(600);
  expect(end.tookMs).toBeLessThan(2_500);
  expect(end.downtimeMs).toBeGreaterThan(10);
  expect(end.downtimeMs).toBeLessThan(200);
  expect(dataCentre.migration(HOUR_MS, 'm').transferredBytes / MIB).toBeCloseTo(74, -1);
  expect(dataCentre.hostOf(HOUR_MS, 'g1')).toBe('h2');
});

test('more load takes longer, sends more and stops the VM longer', () => {
  const figures = [0, 10, 20, 28].map((mibPerS) => {
    const dataCentre = new SmallDataCentre();
    if (mibPerS > 0) dataCentre.load('g1', mibPerS);
    dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 40, downtimeLimitMs: 100 });
    const { transferredBytes, iteration } = dataCentre.migration(HOUR_MS, 'm');
    return { ...dataCentre.endOf(HOUR_MS, 'm'), transferredBytes, iteration };
  });
  figures.slice(1).forEach((figure, index) => {
    expect(figure.tookMs).toBeGreaterThan(figures[index]?.tookMs ?? Number.NaN);
    expect(figure.transferredBytes).toBeGreaterThan(figures[index]?.transferredBytes ?? Number.NaN);
    expect(figure.iteration).toBeGreaterThan(figures[index]?.iteration ?? Number.NaN);
  });
});

test('writing faster than the link never converges', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 60);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20 });
  const { end, iteration, phase } = dataCentre.migration(HOUR_MS, 'm');
  expect(end).toBeNull();
  expect(phase).toBe('pre-copy');
  expect(iteration).toBeGreaterThan(100);
  expect(dataCentre.hostOf(HOUR_MS, 'g1')).toBe('h1');
});

test('a raised downtime limit ends it, and the stop is as long as the rest takes', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 60);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20 });
  dataCentre.at(60_000, { do: 'change', id: 'm', downtimeLimitMs: 10_000 });
  const end = dataCentre.endOf(HOUR_MS, 'm');
  expect(end.state).toBe('succeeded');
  // 64 MiB (and the guest's own 2) at 20 MiB/s
  expect(end.downtimeMs).toBeGreaterThan(1_500);
  expect(end.downtimeMs).toBeLessThan(7_000);
});

test('auto-converge slows the VM down until it fits', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 60);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20, autoConverge: true });
  expect(dataCentre.endOf(HOUR_MS, 'm').state).toBe('succeeded');
  expect(dataCentre.migration(HOUR_MS, 'm').throttle).toBeGreaterThan(0.5);
});

test('post-copy switches over after the first pass: a short stop, then the rest', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 60);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20, postCopy: true });
  const end = dataCentre.endOf(HOUR_MS, 'm');
  expect(end.state).toBe('succeeded');
  expect(end.downtimeMs).toBeLessThan(200);
  expect(dataCentre.migration(HOUR_MS, 'm').iteration).toBe(1);
  const first = (74 + 64) * MIB;
  expect(dataCentre.migration(HOUR_MS, 'm').transferredBytes).toBeGreaterThan(first * 1.3);
});

test('the end of a lease ends the load, and the migration converges', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 60, 64, 30_000);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20 });
  const end = dataCentre.endOf(HOUR_MS, 'm');
  expect(end.state).toBe('succeeded');
  expect(end.atMs - SMALL.createdAtMs).toBeGreaterThan(30_000);
  expect(end.atMs - SMALL.createdAtMs).toBeLessThan(40_000);
});

test('migrations on one link share it', () => {
  const alone = new SmallDataCentre();
  alone.start(0, 'a', 'g1', 'h1', 'h2');
  const together = new SmallDataCentre();
  together.start(0, 'a', 'g1', 'h1', 'h2');
  together.start(0, 'b', 'g4', 'h1', 'h2');
  const elsewhere = new SmallDataCentre();
  elsewhere.start(0, 'a', 'g1', 'h1', 'h2');
  elsewhere.start(0, 'b', 'g3', 'h3', 'h1');
  expect(together.endOf(HOUR_MS, 'a').tookMs).toBeGreaterThan(alone.endOf(HOUR_MS, 'a').tookMs + 300);
  expect(elsewhere.endOf(HOUR_MS, 'a').tookMs).toBeCloseTo(alone.endOf(HOUR_MS, 'a').tookMs, 3);
});

test('the VM is stopped for exactly the reported downtime', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 20);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2');
  const { downtimeMs } = dataCentre.endOf(HOUR_MS, 'm');
  const vm = dataCentre.look(HOUR_MS).vms.get('g1');
  expect(vm?.stoppedAtMs).toBeNull();
  expect(vm?.stoppedForMs).toBe(downtimeMs);
});

test('cancelled in its stop, the VM goes on where it was', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.load('g1', 90);
  dataCentre.start(0, 'm', 'g1', 'h1', 'h2', { bandwidthMibPerS: 20, downtimeLimitMs: 60_000 });
  let atMs = 0;
  while (dataCentre.migration(atMs, 'm').phase !== 'stopped') atMs += 50;
  dataCentre.at(atMs + 500, { do: 'cancel', id: 'm' });
  expect(dataCentre.endOf(atMs + 500, 'm')).toMatchObject({ state: 'cancelled', downtimeMs: null });
  const vm = dataCentre.look(HOUR_MS).vms.get('g1');
  expect(vm).toMatchObject({ host: 'h1', stoppedAtMs: null });
  expect(vm?.stoppedForMs).toBeGreaterThan(450);
});

test('an injected fault fails the next migration of its VM only', () => {
  const dataCentre = new SmallDataCentre();
  dataCentre.at(0, { do: 'inject', fault: { kind: 'fail-next', vm: 'g1', code: 'incompatible', afterMs: 200 } });
  dataCentre.start(0, 'other', 'g2', 'h2', 'h3');
  dataCentre.start(0, 'first', 'g1', 'h1', 'h2');
  expect(dataCentre.endOf(HOUR_MS, 'first')).toMatchObject({ state: 'failed', code: 'incompatible', tookMs: 200 });
  dataCentre.start(HOUR_MS, 'second', 'g1', 'h1', 'h2');
  expect(dataCentre.endOf(2 * HOUR_MS, 'second').state).toBe('succeeded');
  expect(dataCentre.endOf(2 * HOUR_MS, 'other').state).toBe('succeeded');
});
