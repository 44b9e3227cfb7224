import { NO_FRAMES, makeReadings, type Frame } from '../../hypervisors/libvirt/counters/make-readings';
import type { StoredReading } from '../../store/sample-types';

/** How much a data centre has to sample. */
export const HOSTS = 20;
export const VMS_PER_HOST = 5;
export const EVERY_MS = 20_000;
/** The first tick, UTC ms: Monday 2 March 2026, 09:00. */
export const FIRST_TICK_MS = Date.UTC(2026, 2, 2, 9);
const SERIES = frame('series', 0, `period_ms=${String(EVERY_MS)}\n`);
const MEMINFO = ['MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SwapTotal', 'SwapFree', 'Dirty', 'Slab'];

/** What the recorder of a host with two cores, two disks and two networks would hand over for some ticks, read as drover reads it. */
export function harvestOf(host: number, firstTick: number, ticks: number): readonly StoredReading[] {
  const frames = Array.from({ length: ticks }, (_, index) => framesAt(host, firstTick + index)).flat();
  return makeReadings(hostName(host), NO_FRAMES, [SERIES, ...frames]).readings;
}

export const hostName = (host: number): string => `h${String(host + 1)}`;
export const vmName = (host: number, vm: number): string => `g${String(host * VMS_PER_HOST + vm + 1)}`;

function framesAt(host: number, n: number): readonly Frame[] {
  const tickMs = FIRST_TICK_MS + n * EVERY_MS;
  return [
    frame('host', tickMs, hostText(host, n)),
    frame('domstats', tickMs, Array.from({ length: VMS_PER_HOST }, (_, vm) => vmText(vmName(host, vm), n)).join('')),
  ];
}

/** Files of /proc; counters grow unevenly. */
function hostText(host: number, n: number): string {
  const cpu = (share: number) => [7, 1, 3, 900, 2, 1, 1, 0].map((each) => grown(n, each * share, host)).join(' ');
  return [
    `== stat\ncpu  ${cpu(2)} 0 0\ncpu0 ${cpu(1)} 0 0\ncpu1 ${cpu(1)} 0 0`,
    `== meminfo\n${MEMINFO.map((name, index) => `${name}: ${grown(n % 90, 997 * (index + 1), host)} kB`).join('\n')}`,
    `== vmstat\n${['pgpgin', 'pgpgout', 'pgfault', 'pgmajfault'].map((name) => `${name} ${grown(n, 31, host)}`).join('\n')}`,
    `== diskstats\n${['sda', 'sdb'].map((disk) => ` 8 0 ${disk} ${numbers(n, host, 11)}`).join('\n')}`,
    `== net\n${['eth0', 'br0'].map((link) => ` ${link}: ${numbers(n, host, 16)}`).join('\n')}\n`,
  ].join('\n');
}

/** `virsh domstats` of a running VM with one vCPU, one network and one disk. */
function vmText(vm: string, n: number): string {
  const lines = [
    ...['state.state=1', 'state.reason=2', 'vcpu.current=1', 'vcpu.maximum=1', 'vcpu.0.state=1', 'net.count=1'],
    ...['cpu.time', 'cpu.user', 'cpu.system', 'vcpu.0.time', 'vcpu.0.delay'].map(
      (name) => `${name}=${grown(n, 1.1e9)}`,
    ),
    ...['balloon.current', 'balloon.maximum', 'balloon.rss'].map((name) => `${name}=${grown(n % 50, 4096)}`),
    ...['rx', 'tx'].flatMap((way) =>
      ['bytes', 'pkts', 'errs', 'drop'].map((name) => `net.0.${way}.${name}=${grown(n, 3_001)}`),
    ),
    ...['rd', 'wr'].flatMap((way) =>
      ['reqs', 'bytes', 'times'].map((name) => `block.0.${way}.${name}=${grown(n, 513)}`),
    ),
  ];
  return `Domain: '${vm}'\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

const numbers = (n: number, host: number, count: number): string =>
  Array.from({ length: count }, (_, index) => grown(n, 17 * (index + 1), host)).join(' ');

/** A count that grew by about `rate` each tick; the same each time. */
function grown(n: number, rate: number, seed = 0): string {
  return String(Math.round(n * rate + (((n * 7_919 + seed * 104_729) % 1_000) / 1_000) * rate));
}

function frame(kind: Frame['kind'], tickMs: number, text: string): Frame {
  return { kind, tickMs, takenAtMs: tickMs + 3, monotonicMs: tickMs - FIRST_TICK_MS + 60_000, text };
}
