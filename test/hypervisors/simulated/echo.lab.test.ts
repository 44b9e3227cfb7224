import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSimulatedAgents } from '../../../agents/simulated-agents';
import { createSimulated } from '../../../hypervisors/simulated/create-simulated';
import { simulatedLabForTest, type TestLab } from '../../lab/simulated/use-simulated-lab';

jest.setTimeout(240_000);

let lab: TestLab;
beforeAll(async () => {
  lab = await simulatedLabForTest({ hosts: 2, vms: 2 });
});
afterAll(async () => lab.remove());

const LOAD = { dirty: { workingSetMib: 64, mibPerS: 20, pattern: 'sequential' } } as const;
const request = {
  campaignId: 'c',
  vms: ['g1', 'g2'],
  hosts: ['h1', 'h2'],
  load: { g1: LOAD, g2: { dirty: null } },
  leaseS: 60,
};

interface Answer {
  readonly sentMs: number;
  readonly arrivedMs: number;
  readonly guestMs: number;
}

/** Probes a port every 5 ms until told to stop. */
function probe(port: number): () => Promise<readonly Answer[]> {
  const socket = createSocket('udp4');
  const sent = new Map<number, number>();
  const answers: Answer[] = [];
  let seq = 0;
  socket.on('message', (packet) => {
    const sentMs = sent.get(Number(packet.readBigUInt64LE(8)));
    if (sentMs === undefined) return;
    answers.push({ sentMs, arrivedMs: performance.now(), guestMs: Number(packet.readBigUInt64LE(24)) / 1e6 });
  });
  const timer = setInterval(() => {
    const packet = Buffer.alloc(24);
    packet.writeUInt32LE(0x52565244, 0);
    packet.writeUInt32LE(1, 4);
    packet.writeBigUInt64LE(BigInt(seq), 8);
    sent.set(seq, performance.now());
    seq += 1;
    socket.send(packet, port, '127.0.0.1');
  }, 5);
  return async () => {
    clearInterval(timer);
    await sleep(200);
    socket.close();
    return answers;
  };
}

test('a migrating VM is silent for about its downtime, its clock stands still then, and its hosts answer all the time', async () => {
  const agents = createSimulatedAgents({ url: lab.url });
  const targets = await agents.start(request);
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['vm g1', 'vm g2', 'host h1', 'host h2']);
  expect(new Set(targets.map(({ port }) => port)).size).toBe(4);
  const port = (name: string): number => targets.find((target) => target.name === name)?.port ?? 0;

  const stopVm = probe(port('g1'));
  const stopHost = probe(port('h1'));
  await sleep(500);
  const driver = createSimulated({ url: lab.url });
  const intent = { id: 'm', vm: 'g1', from: 'h1', to: 'h2', options: { bandwidthMibPerS: 60, downtimeLimitMs: 900 } };
  const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
  const handle = await driver.startMigration(intent, baseline);
  const end = await driver.watchMigration(handle, baseline, { signal: AbortSignal.timeout(50_000) });
  await sleep(300);
  const [vm, host] = [await stopVm(), await stopHost()];
  await agents.remove(request);

  const downtimeMs = end.figures.downtimeMs ?? Number.NaN;
  expect(downtimeMs).toBeGreaterThan(300);
  const gaps = vm.slice(1).map((answer, index) => {
    const before = vm[index];
    return {
      silentMs: answer.arrivedMs - (before?.arrivedMs ?? Number.NaN),
      // The guest's clock stands still at the moment of its stop, so the jump is what it lacks against ours.
      lackingMs: answer.arrivedMs - (before?.arrivedMs ?? 0) - (answer.guestMs - (before?.guestMs ?? 0)),
    };
  });
  const switchOver = gaps.reduce((most, gap) => (gap.lackingMs > most.lackingMs ? gap : most));
  expect(Math.abs(switchOver.lackingMs - downtimeMs)).toBeLessThan(50);
  expect(Math.abs(switchOver.silentMs - downtimeMs)).toBeLessThan(150);
  // Most of what was sent while it was stopped went to its source and is lost.
  const waited = vm.filter(({ sentMs, arrivedMs }) => arrivedMs - sentMs > 20).length;
  expect(waited).toBeLessThan(downtimeMs / 5 / 2);

  const hostLacks = host.slice(1).map((answer, index) => {
    const before = host[index];
    return answer.arrivedMs - (before?.arrivedMs ?? 0) - (answer.guestMs - (before?.guestMs ?? 0));
  });
  expect(Math.max(...hostLacks)).toBeLessThan(100);
});

test('a load lasts as long as its lease, without anybody asking', async () => {
  const agents = createSimulatedAgents({ url: lab.url });
  const driver = createSimulated({ url: lab.url });
  const pace = async (id: string): Promise<number> => {
    const { dirtyBytesPerS } = (await lab.get(`/migrations/${id}`)) as { dirtyBytesPerS: number };
    return dirtyBytesPerS / 2 ** 20;
  };
  await agents.start({ ...request, load: { g1: { dirty: null }, g2: LOAD }, leaseS: 1 });
  const baseline = await driver.takeBaseline('g2', 'h2', 'h1');
  await driver.startMigration(
    { id: 'leased', vm: 'g2', from: 'h2', to: 'h1', options: { bandwidthMibPerS: 1 } },
    baseline,
  );
  expect(await pace('leased')).toBeCloseTo(20.4, 1);
  await agents.renew({ ...request, load: { g1: { dirty: null }, g2: LOAD }, leaseS: 2 });
  await sleep(1_200);
  expect(await pace('leased')).toBeCloseTo(20.4, 1);
  await sleep(1_200);
  expect(await pace('leased')).toBeCloseTo(0.4, 1);
  await agents.start({ ...request, load: { g1: { dirty: null }, g2: LOAD } });
  await agents.remove(request);
  expect(await pace('leased')).toBeCloseTo(0.4, 1);
});
