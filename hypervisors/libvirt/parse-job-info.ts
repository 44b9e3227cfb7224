/** What `virsh domjobinfo` says of a job; figures absent where it says nothing. */
export interface JobInfo {
  readonly type: 'none' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly operation: 'outgoing' | 'incoming' | 'other';
  readonly totalMs?: number;
  /** 'Total downtime': includes the difference of the hosts' clocks. */
  readonly downtimeMs?: number;
  /** 'Downtime w/o network': without that difference, where libvirt knows both clocks. */
  readonly downtimeWithoutNetworkMs?: number;
  readonly processedBytes?: number;
  readonly remainingBytes?: number;
  readonly iterations?: number;
  readonly dirtyBytesPerS?: number;
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
  EiB: 2 ** 60,
};
// Maps: what virsh prints may be the name of something that every object has.
const TYPES: ReadonlyMap<string, JobInfo['type']> = new Map([
  ['Bounded', 'running'],
  ['Unbounded', 'running'],
  ['Completed', 'completed'],
  ['Failed', 'failed'],
  ['Cancelled', 'cancelled'],
]);

/** Reads the output of `virsh domjobinfo`, live or `--completed`; null if there is no job information in it. */
export function parseJobInfo(text: string): JobInfo | null {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const type = fields.get('Job type');
  if (type === undefined) return null;
  const number = (name: string): number | undefined => parseNumber(fields.get(name));
  const bytes = (name: string): number | undefined => parseBytes(fields.get(name));
  const dirtyPages = number('Dirty rate');
  const pageBytes = number('Page size');
  return {
    type: TYPES.get(type) ?? 'none',
    operation: parseOperation(fields.get('Operation')),
    ...known({
      totalMs: number('Time elapsed'),
      downtimeMs: number('Total downtime'),
      downtimeWithoutNetworkMs: number('Downtime w/o network'),
      processedBytes: bytes('Data processed'),
      remainingBytes: bytes('Data remaining'),
      iterations: number('Iteration'),
      dirtyBytesPerS: dirtyPages === undefined || pageBytes === undefined ? undefined : dirtyPages * pageBytes,
    }),
  };
}

function parseOperation(text: string | undefined): JobInfo['operation'] {
  if (text === 'Outgoing migration') return 'outgoing';
  return text === 'Incoming migration' ? 'incoming' : 'other';
}

function parseNumber(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:\s|$)/.exec(text ?? '');
  return match === null ? undefined : finite(Number(match[1]));
}

function parseBytes(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s+([KMGTPE]?i?B)$/.exec(text ?? '');
  const factor = UNITS[match?.[2] ?? ''];
  return match === null || factor === undefined ? undefined : finite(Math.round(Number(match[1]) * factor));
}

/** Too many digits are no figure. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function known<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
