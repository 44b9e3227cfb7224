import { setTimeout as sleep } from 'node:timers/promises';
import { createSshAgents, type SshAgentRequest, type SshAgents } from '../../../agents/ssh-agents';
import { createRecorderReader } from '../../../agents/ssh-recorders';
import { createLibvirtSampler } from '../../../hypervisors/libvirt/counters/create-sampler';
import type { CounterReading, SampleNote } from '../../../hypervisors/counter-types';
import { createSshShell } from '../../../remote/ssh-shell';
import type { RemoteShell } from '../../../remote/types';
import { readClocks } from '../../../agents/ssh-clocks';
import { useBuiltAgent } from '../../agents/use-built-agent';
import { describeOnKvmLab, KVM_LAB } from '../../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../../lab/kvm/test-lab';
import { onHost } from './lab-site';

jest.setTimeout(180_000);

const EVERY_MS = 1_000;
const { program } = useBuiltAgent();

// The recorders of two lab hosts at one tick a second, read over SSH as a worker reads them.
describeOnKvmLab(KVM_LAB, () => {
  let lab: TestLab;
  let shell: RemoteShell;
  let agents: SshAgents;
  const request: SshAgentRequest = {
    campaignId: 'recorded',
    vms: [],
    hosts: ['h1', 'h2'],
    load: {},
    leaseS: 120,
    sampleEveryMs: EVERY_MS,
  };

  beforeAll(async () => {
    lab = await openTestLab(2, 2);
    shell = createSshShell();
    const { hosts } = lab.config;
    agents = createSshAgents({ shell, guests: {}, hosts, program, ownProcesses: true });
    await agents.start(request);
  });

  afterAll(async () => {
    await agents.remove(request);
    await shell.close();
    await lab.down();
  });

  /** A collector of its own, as after the death of the one before: it knows nothing but its cursors. */
  function collector(cursors = new Map<string, string>()) {
    const sampler = createLibvirtSampler(createRecorderReader({ shell, hosts: lab.config.hosts }));
    const readings: CounterReading[] = [];
    const notes: SampleNote[] = [];
    const collect = async (): Promise<void> => {
      for (const host of request.hosts) {
        for (let more = true; more;) {
          const harvest = await sampler.collect({
            campaignId: request.campaignId,
            source: host,
            cursor: cursors.get(host) ?? null,
            entities: [],
            everyMs: EVERY_MS,
            fromMs: 0,
          });
          cursors.set(host, harvest.cursor);
          readings.push(...harvest.readings);
          notes.push(...harvest.notes);
          ({ more } = harvest);
        }
      }
    };
    return { readings, notes, cursors, collect };
  }

  const value = (reading: CounterReading | undefined, counter: string): number =>
    reading?.values[reading.counters.findIndex((each) => each.counter === counter)] ?? Number.NaN;

  /** CPU seconds a second of a host between its first and last reading. */
  function cpuOf(readings: readonly CounterReading[], host: string): number {
    const own = readings.filter(({ entityKind, entity }) => entityKind === 'host' && entity === host);
    const [first, last] = [own[0], own.at(-1)];
    const elapsedMs = (last?.monotonicMs ?? Number.NaN) - (first?.monotonicMs ?? Number.NaN);
    return (value(last, 'cpu.time') - value(first, 'cpu.time')) / 1e6 / elapsedMs;
  }

  function ticksOf(readings: readonly CounterReading[], entity: string): number[] {
    return [...new Set(readings.filter((each) => each.entity === entity).map(({ tickMs }) => tickMs))].sort(
      (a, b) => a - b,
    );
  }

  function holes(ticks: readonly number[], notes: readonly SampleNote[], source: string): number[] {
    const found: number[] = [];
    for (let tick = ticks[0] ?? 0; tick < (ticks.at(-1) ?? 0); tick += EVERY_MS) {
      const told = notes.some((note) => note.source === source && note.fromMs <= tick && tick <= note.untilMs);
      if (!ticks.includes(tick) && !told) found.push(tick);
    }
    return found;
  }

  test('goes on while nobody collects; a new collector finds every tick, on the grid, from the last cursor', async () => {
    const first = collector();
    await sleep(6_000);
    await first.collect();
    await sleep(8_000);
    const second = collector(first.cursors);
    await second.collect();
    const readings = [...first.readings, ...second.readings];
    const notes = [...first.notes, ...second.notes];
    for (const host of request.hosts) {
      const ticks = ticksOf(readings, host);
      expect(ticks.length).toBeGreaterThan(8);
      expect(ticks.filter((tick) => tick % EVERY_MS !== 0)).toEqual([]);
      expect(holes(ticks, notes, host)).toEqual([]);
    }
    const keys = readings.map(({ entity, tickMs, source }) => `${entity} ${String(tickMs)} ${source}`);
    expect(new Set(keys).size).toBe(keys.length);
    const vm = readings.find(({ entity }) => entity === 'g1');
    expect(value(vm, 'cpu.time')).toBeGreaterThan(0);
    expect(vm?.source).toBe('h1');
  });

  test('counts the processes of one host only: a busy host leaves the other below 5 %', async () => {
    const collecting = collector();
    await collecting.collect();
    collecting.readings.length = 0;
    const pid = await onHost(lab, shell, 'h1', "sh -c 'while :; do :; done' </dev/null >/dev/null 2>&1 & echo $!");
    await sleep(8_000);
    await collecting.collect();
    await onHost(lab, shell, 'h1', `kill -9 ${pid}`);
    const cpu = { h1: cpuOf(collecting.readings, 'h1'), h2: cpuOf(collecting.readings, 'h2') };
    // How much the busy one gets depends on who else wants this machine; how much the idle one is charged does not.
    expect(cpu.h1).toBeGreaterThan(0.1);
    expect(cpu.h2 - idleCpu(collecting.readings)).toBeLessThan(0.05);
  });

  /** What h2's own VM used: it belongs to h2. */
  function idleCpu(readings: readonly CounterReading[]): number {
    const own = readings.filter(({ entityKind, source }) => entityKind === 'vm' && source === 'h2');
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined || first === last) return 0;
    return (value(last, 'cpu.time') - value(first, 'cpu.time')) / 1e6 / (last.monotonicMs - first.monotonicMs);
  }

  test('follows a VM from host to host with no hole', async () => {
    const collecting = collector();
    await collecting.collect();
    collecting.readings.length = 0;
    await sleep(3_000);
    await onHost(lab, shell, 'h1', 'virsh migrate --live --p2p --persistent g1 qemu+ssh://root@h2/system');
    await sleep(4_000);
    await collecting.collect();
    const believed = collecting.readings.filter(({ entity }) => entity === 'g1');
    expect(new Set(believed.filter(({ rank }) => rank === 0).map(({ source }) => source))).toEqual(
      new Set(['h1', 'h2']),
    );
    const notes = collecting.notes;
    const missing = holes(ticksOf(believed, 'g1'), [], 'h1').filter(
      (tick) => !notes.some(({ fromMs, untilMs }) => fromMs <= tick && tick <= untilMs),
    );
    expect(missing).toEqual([]);
  });

  test('a libvirtd that hangs costs samples of VMs, each with its reason, never those of the host', async () => {
    const collecting = collector();
    await collecting.collect();
    collecting.readings.length = 0;
    await onHost(lab, shell, 'h2', 'kill -STOP $(pidof libvirtd)');
    await sleep(5_000);
    await onHost(lab, shell, 'h2', 'kill -CONT $(pidof libvirtd)');
    await sleep(3_000);
    await collecting.collect();
    const failures = collecting.notes.filter(({ source, scope }) => source === 'h2' && scope === 'vms');
    expect(failures.length).toBeGreaterThanOrEqual(2);
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['h2: virsh did not answer in time']));
    expect(holes(ticksOf(collecting.readings, 'h2'), collecting.notes, 'h2')).toEqual([]);
    expect(collecting.readings.some(({ entity, source }) => entity === 'g1' && source === 'h2')).toBe(true);
  });

  test('a recorder that was killed is started again by renew, and the time it was away is a gap', async () => {
    const collecting = collector();
    await collecting.collect();
    await onHost(
      lab,
      shell,
      'h1',
      'kill -9 $(pgrep -f "[r]ecord /run/drover-agents" || sed -n s/^pid=//p /run/drover-agents/recorded/record/status)',
    );
    await sleep(3_000);
    await agents.renew(request);
    await sleep(3_000);
    await collecting.collect();
    const gap = collecting.notes.find(({ source, scope }) => source === 'h1' && scope === 'all');
    expect(gap?.reason).toBe('the recorder on h1 had ended and was started again');
    expect(holes(ticksOf(collecting.readings, 'h1'), collecting.notes, 'h1')).toEqual([]);
  });

  test('the clocks of hosts that are this machine differ by no more than half the round trip', async () => {
    const machines = request.hosts.map((name) => ({ kind: 'host', name, target: lab.config.hosts[name] }) as const);
    const known = machines.flatMap(({ kind, name, target }) => (target === undefined ? [] : [{ kind, name, target }]));
    const offsets = await readClocks(shell, request.campaignId, known);
    expect(offsets.map(({ name }) => name)).toEqual(request.hosts);
    // Node sets its own clock once at its start; what the machine's was corrected by since then shows here.
    for (const { offsetMs, uncertaintyMs } of offsets)
      expect(Math.abs(offsetMs - (Date.now() - performance.timeOrigin - performance.now()))).toBeLessThan(
        uncertaintyMs + 2,
      );
  });
});
