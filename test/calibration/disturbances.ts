import type { RemoteShell } from '../../remote/types';
import { onHost } from '../hypervisors/libvirt/lab-site';
import type { TestLab } from '../lab/kvm/test-lab';
import { parseDrops, parsePauses, type Truth } from './truth';

/** What is done to one VM of a lab, and how often: durations in milliseconds, with pauses between them. */
export interface Disturbing {
  readonly lab: TestLab;
  readonly shell: RemoteShell;
  readonly host: string;
  readonly vm: string;
  readonly durationsMs: readonly number[];
  readonly apartMs: number;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
/** Packets that waited are answered first: the longer a pause, the longer until everything is as before. */
const rest = (ms: number, apartMs: number): string => seconds(apartMs + ms / 2);

/** Stops and continues a VM through QEMU's monitor. @returns when, by the stamps that QEMU itself gave its events */
export async function pauseVm({ lab, shell, host, vm, durationsMs, apartMs }: Disturbing): Promise<readonly Truth[]> {
  const each = durationsMs.map(
    (ms) =>
      `echo 'qemu-monitor-command ${vm} --hmp stop'; sleep ${seconds(ms)}; ` +
      `echo 'qemu-monitor-command ${vm} --hmp cont'; sleep ${rest(ms, apartMs)};`,
  );
  // virsh reads line by line: the commands of one connection follow each other without its start in between.
  const script =
    `virsh qemu-monitor-event --domain ${vm} --loop > /tmp/events.${vm} & listener=$!; sleep 1; ` +
    `(sleep 0.5; ${each.join(' ')}) | virsh > /dev/null; sleep 0.5; kill -INT $listener; wait $listener; ` +
    `cat /tmp/events.${vm}; rm /tmp/events.${vm}`;
  return parsePauses(await onHost(lab, shell, host, script), vm);
}

/** Drops every packet between a VM and all but its own host. @returns when, by this machine's clock around each change */
export async function dropPackets({
  lab,
  shell,
  host,
  vm,
  durationsMs,
  apartMs,
}: Disturbing): Promise<readonly Truth[]> {
  // Two isolated ports of a bridge exchange nothing; the kernel looks at the flag with every packet.
  const set = (value: 0 | 1): string =>
    `a=$EPOCHREALTIME; echo ${String(value)} > $port/brport/isolated; echo ${String(value)} $a $EPOCHREALTIME; `;
  const each = durationsMs.map((ms) => `${set(1)} sleep ${seconds(ms)}; ${set(0)} sleep ${rest(ms, apartMs)};`);
  const script =
    `port=/sys/class/net/$(virsh -q domiflist ${vm} | awk '{ print $1 }'); ` +
    `echo 1 > /sys/class/net/veth0/brport/isolated; ${each.join(' ')}`;
  return parseDrops(await onHost(lab, shell, host, script), vm);
}
