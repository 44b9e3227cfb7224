import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { labPaths } from '../../lab/kvm/lab-paths';
import type { RemoteShell } from '../../remote/types';
import type { campaign } from '../../workflows/campaign';
import { onHost } from '../hypervisors/libvirt/lab-site';
import type { TestLab } from '../lab/kvm/test-lab';
import { CampaignWorld, type FromSetUp } from '../campaigns/campaign-world';
import type { Begun } from './differences';
import type { Piece } from '../campaigns/piece';
import { until } from '../campaigns/until';

/** Two VMs of a lab that only one campaign moves. */
export interface Pair {
  readonly running: string;
  readonly armed: string;
}

/** A campaign on a KVM lab whose first migration has just been submitted while the second is armed. */
export interface LibvirtMoments {
  readonly world: CampaignWorld;
  readonly worker: Piece;
  readonly handle: WorkflowHandle<typeof campaign>;
  /** What really began, by the logs of QEMU on the targets. */
  begun(): readonly Begun[];
  /** What left its source for good, by the logs of QEMU on the sources. */
  left(): number;
  close(): Promise<void>;
}

/** Brings up server and worker on a lab, and waits until the first marker is on its host. */
export async function reachLibvirtMoments(
  root: string,
  name: string,
  { lab, shell, pair, fromSetUp }: { lab: TestLab; shell: RemoteShell; pair: Pair; fromSetUp: FromSetUp },
): Promise<LibvirtMoments> {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
  const hosts = Object.keys(lab.config.hosts);
  const vms = [pair.running, pair.armed];
  const places = await Promise.all(
    hosts.map(async (host) => (await onHost(lab, shell, host, 'virsh -q list --name')).split('\n')),
  );
  const placement = Object.fromEntries(
    hosts.map((host, index) => [host, vms.filter((vm) => places[index]?.includes(vm))]),
  );
  const homeOf = (vm: string): string => hosts.find((host) => placement[host]?.includes(vm)) ?? '';
  const world = await CampaignWorld.open(directory, siteFile, fromSetUp);
  const worker = world.startWorker();
  const handle = await world.startCampaign(spec(lab.lab.name, placement, pair));
  const source = homeOf(pair.running);
  await until('the first migration has its marker', async () => {
    const markers = await onHost(lab, shell, source, 'ls /run/drover/intents 2>/dev/null || true');
    return markers.includes('.running.');
  });
  const logs = (): readonly LogLine[] =>
    hosts.flatMap((host) => vms.flatMap((vm) => logLines(lab.qemuLog(host, vm), host, vm)));
  return {
    ...{ world, worker, handle },
    begun: () =>
      logs()
        .filter(({ event }) => event === 'arrival')
        .sort((a, b) => a.atMs - b.atMs)
        .map(({ vm, host }) => ({ vm, to: host })),
    left: () => logs().filter(({ event }) => event === 'departure').length,
    close: () => world.close(),
  };
}

function spec(site: string, placement: Readonly<Record<string, readonly string[]>>, pair: Pair): object {
  const hosts = Object.keys(placement);
  const home = (vm: string): string | undefined => hosts.find((host) => placement[host]?.includes(vm));
  const away = (vm: string): string | undefined => hosts.find((host) => host !== home(vm));
  const { running, armed } = pair;
  return {
    site,
    placement,
    actions: [
      { id: 'running', migrate: running, to: away(running), at: '0s' },
      { id: 'armed', migrate: armed, to: away(armed), at: '6s' },
      { id: 'running-back', migrate: running, to: home(running), after: 'running', pause: '1s' },
      { id: 'armed-back', migrate: armed, to: home(armed), after: 'armed', pause: '1s' },
      { end: true, after: 'previous', pause: '1s' },
    ],
    measure: { background: '1s', probePeriod: '1s', prompt: '2s' },
    options: { bandwidthMibPerS: 16 },
  };
}

interface LogLine {
  readonly atMs: number;
  readonly event: 'arrival' | 'departure';
  readonly host: string;
  readonly vm: string;
}

/** Arrivals and departures in QEMU's log of a VM on a host: a start with -incoming, an end with reason=migrated. */
function logLines(log: string, host: string, vm: string): readonly LogLine[] {
  return log.split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+0000: )/m).flatMap((entry) => {
    const [, date, time, what] = /^(\S+) (\S+)\+0000: (starting up|shutting down, reason=migrated)/.exec(entry) ?? [];
    if (date === undefined || time === undefined) return [];
    const event = what === 'starting up' ? 'arrival' : 'departure';
    if (event === 'arrival' && !entry.includes('-incoming')) return [];
    return [{ atMs: Date.parse(`${date}T${time}Z`), event, host, vm } as const];
  });
}
