import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that QEMU's log on a host says of a VM. `arrival`: a start that waits for a migration; `gone`: any other end. */
export interface LogEvent {
  readonly vm: string;
  readonly host: string;
  readonly atMs: number;
  readonly kind: 'arrival' | 'start' | 'migrated' | 'gone';
}

/** All that the logs of a lab's hosts say, oldest first. Each host's files lie in a folder of its name. */
export function readLogs(labDirectory: string): readonly LogEvent[] {
  return readdirSync(labDirectory)
    .filter((host) => /^h[1-9]\d*$/.test(host))
    .flatMap((host) => {
      const folder = join(labDirectory, host, 'var', 'log', 'libvirt', 'qemu');
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((file) => file.endsWith('.log'))
        .flatMap((file) => eventsOf(readFileSync(join(folder, file), 'utf8'), host, file.slice(0, -'.log'.length)));
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** libvirt writes a dated line when it starts a guest's QEMU, followed by the command, and one when that ends. */
function eventsOf(log: string, host: string, vm: string): readonly LogEvent[] {
  return log.split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+0000: )/m).flatMap((entry): LogEvent[] => {
    const [, date, time, what] = /^(\S+) (\S+)\+0000: (starting up|shutting down)/.exec(entry) ?? [];
    if (date === undefined || time === undefined) return [];
    const kind =
      what === 'starting up'
        ? entry.includes('-incoming')
          ? 'arrival'
          : 'start'
        : entry.includes('reason=migrated')
          ? 'migrated'
          : 'gone';
    return [{ vm, host, atMs: Date.parse(`${date}T${time}Z`), kind }];
  });
}
