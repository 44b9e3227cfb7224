import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteShell } from '../../remote/types';
import { onHost } from '../hypervisors/libvirt/lab-site';
import type { TestLab } from '../lab/kvm/test-lab';
import { parseSwitchOvers, type Truth } from './truth';

/** One migration of a test, by this machine's clock, and its switch-over by the stamps of both QEMUs. */
export interface WatchedMigration {
  readonly vm: string;
  readonly requestedAtMs: number;
  readonly finishedAtMs: number;
  readonly switchOver: Truth;
}

/** Migrates every VM to the other one of two hosts at once, and back, so many times. */
export async function migrateToAndFro(
  lab: TestLab,
  shell: RemoteShell,
  homes: Readonly<Record<string, 'h1' | 'h2'>>,
  times: number,
): Promise<readonly WatchedMigration[]> {
  const hosts = ['h1', 'h2'] as const;
  const listen = 'virsh qemu-monitor-event --loop < /dev/null > /tmp/events 2> /dev/null & echo $!';
  const listeners = await Promise.all(hosts.map((host) => onHost(lab, shell, host, listen)));
  await sleep(1_000);
  const moved: Omit<WatchedMigration, 'switchOver'>[] = [];
  for (let time = 0; time < times; time += 1) {
    const round = Object.entries(homes).map(async ([vm, home]) => {
      const away = home === 'h1' ? 'h2' : 'h1';
      const [from, to] = time % 2 === 0 ? [home, away] : [away, home];
      const requestedAtMs = Date.now();
      await onHost(lab, shell, from, `virsh migrate --live --p2p --persistent ${vm} qemu+ssh://root@${to}/system`);
      moved.push({ vm, requestedAtMs, finishedAtMs: Date.now() });
    });
    await Promise.all(round);
    await sleep(6_000);
  }
  const said = await Promise.all(
    hosts.map(async (host, index) =>
      onHost(lab, shell, host, `kill -INT ${listeners[index] ?? ''}; sleep 1; cat /tmp/events; rm /tmp/events`),
    ),
  );
  const switchOvers = Object.keys(homes).flatMap((vm) => parseSwitchOvers(said, vm));
  // On an overloaded machine libvirt may give a migration up: then there is nothing to compare.
  return moved.flatMap((each) => {
    const during = switchOvers.filter(
      ({ vm, began: [beganMs] }) => vm === each.vm && beganMs > each.requestedAtMs && beganMs < each.finishedAtMs,
    );
    return during.map((switchOver) => ({ ...each, switchOver }));
  });
}
