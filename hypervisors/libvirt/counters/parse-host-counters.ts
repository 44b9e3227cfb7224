import type { CounterKind, CounterName } from '../../counter-types';
import type { CounterValues } from './parse-domstats';

/** Of the many in /proc/vmstat those that tell of paging. */
const VMSTAT = ['pgpgin', 'pgpgout', 'pswpin', 'pswpout', 'pgfault', 'pgmajfault', 'oom_kill'];
const CPU_FIELDS = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];
const BUSY_FIELDS = ['user', 'nice', 'system', 'irq', 'softirq'];
const SECTOR_BYTES = 512;
/** USER_HZ of every Linux there is; the recorder tells it where it can. */
const TICKS_PER_S = 100;
const NET_FIELDS: readonly (readonly [column: number, counter: string, unit: string])[] = [
  [0, 'net.rx.bytes', 'bytes'],
  [1, 'net.rx.pkts', 'count'],
  [2, 'net.rx.errs', 'count'],
  [3, 'net.rx.drop', 'count'],
  [8, 'net.tx.bytes', 'bytes'],
  [9, 'net.tx.pkts', 'count'],
  [10, 'net.tx.errs', 'count'],
  [11, 'net.tx.drop', 'count'],
];
const DISK_FIELDS: readonly (readonly [column: number, counter: string, unit: string, factor: number])[] = [
  [3, 'block.rd.reqs', 'count', 1],
  [5, 'block.rd.bytes', 'bytes', SECTOR_BYTES],
  [7, 'block.wr.reqs', 'count', 1],
  [9, 'block.wr.bytes', 'bytes', SECTOR_BYTES],
  [12, 'block.io.time', 'ms', 1],
];

type Add = (counter: string, instance: string, unit: string, kind: CounterKind, value: number) => void;

/** Reads what a recorder kept of its host's /proc: sections `== name`, each a file of /proc or the sums over own processes. */
export function parseHostCounters(text: string): CounterValues {
  const counters: CounterName[] = [];
  const values: number[] = [];
  const add: Add = (counter, instance, unit, kind, value) => {
    if (!Number.isFinite(value)) return;
    counters.push({ counter, instance, unit, kind });
    values.push(value);
  };
  for (const section of text.split(/^== /m).slice(1)) {
    const [name = '', ...lines] = section.split('\n');
    // The name may be one that every object has.
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    reader?.(
      lines.filter((line) => line.trim() !== ''),
      add,
    );
  }
  return { counters, values };
}

const READERS: Readonly<Record<string, (lines: readonly string[], add: Add) => void>> = {
  stat: addCpus,
  meminfo: (lines, add) => {
    for (const line of lines) {
      const [, name, value, unit] = /^([^:]+):\s+(\d+)( kB)?$/.exec(line) ?? [];
      if (name !== undefined) add(`mem.${name}`, '', unit === undefined ? 'count' : 'KiB', 'gauge', Number(value));
    }
  },
  vmstat: (lines, add) => {
    for (const line of lines) {
      const [name = '', value] = line.split(' ');
      if (VMSTAT.includes(name)) add(`vmstat.${name}`, '', 'count', 'cumulative', Number(value));
    }
  },
  diskstats: (lines, add) => {
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const device = fields[2] ?? '';
      if (/^(loop|ram|zram|sr|fd)\d/.test(device)) continue;
      for (const [column, counter, unit, factor] of DISK_FIELDS)
        add(counter, device, unit, 'cumulative', Number(fields[column]) * factor);
    }
  },
  net: (lines, add) => {
    for (const line of lines) {
      // No expression that may take blanks in two ways: a very long line of them would keep it busy for hours.
      const [device = '', numbers] = line.trim().split(':', 2);
      if (numbers === undefined || !/^[^|\s]+$/.test(device)) continue;
      const fields = numbers.trim().split(/\s+/);
      for (const [column, counter, unit] of NET_FIELDS)
        add(counter, device, unit, 'cumulative', Number(fields[column]));
    }
  },
  own: (lines, add) => {
    const told = new Map(
      lines.map((line) => [line.slice(0, line.indexOf('=')), Number(line.slice(line.indexOf('=') + 1))]),
    );
    const of = (key: string): number => told.get(key) ?? Number.NaN;
    add('cpu.time', '', 'ns', 'cumulative', (of('cpu_ticks') / of('ticks_per_s')) * 1e9);
    add('processes', '', 'count', 'gauge', of('processes'));
    add('mem.rss', '', 'KiB', 'gauge', of('rss_kib'));
    add('mem.pss', '', 'KiB', 'gauge', of('pss_kib'));
  },
};

function addCpus(lines: readonly string[], add: Add): void {
  const nanoseconds = (ticks: string | undefined): number => (Number(ticks) / TICKS_PER_S) * 1e9;
  let cpus = 0;
  for (const line of lines) {
    const [name = '', ...fields] = line.trim().split(/\s+/);
    const cpu = /^cpu(\d*)$/.exec(name)?.[1];
    if (cpu === undefined) continue;
    if (cpu === '') {
      const busy = BUSY_FIELDS.map((field) => nanoseconds(fields[CPU_FIELDS.indexOf(field)]));
      add(
        'cpu.time',
        '',
        'ns',
        'cumulative',
        busy.reduce((sum, each) => sum + each, 0),
      );
      continue;
    }
    cpus += 1;
    CPU_FIELDS.forEach((field, index) => add(`cpu.${field}`, cpu, 'ns', 'cumulative', nanoseconds(fields[index])));
  }
  if (cpus > 0) add('cpu.count', '', 'count', 'gauge', cpus);
}
