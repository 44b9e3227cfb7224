import { UNKNOWN_HOST } from '../../campaign/plan/permit-queue';
import { HypervisorError, type Hypervisor, type RunningMigration } from '../types';
import { allHosts, answeringHosts } from './all-hosts';
import { brieflyIfSilent } from './briefly-if-silent';
import type { LibvirtHosts } from './libvirt-hosts';
import { parseJobInfo } from './parse-job-info';
import { requireVirsh } from './require-virsh';

// Arguments: uuids of the VMs whose jobs are wanted; one that is gone says nothing. One virsh does all of it: starting another
// costs more than the answers. Its exit code is that of the last command.
const JOBS = `
v "$(for u in "$@"; do m "$u"; printf 'domjobinfo %s; ' "$u"; done; m names) list --uuid --name" || f $?
exit 0
`;
const TIMEOUT_MS = 15_000;

interface Seen {
  readonly host: string;
  readonly uuid: string;
  readonly vm: string;
  readonly migrates: 'outgoing' | 'incoming' | null;
}

/** Makes what looks for running migrations; it remembers which VMs ran on each host, so that mostly one virsh tells all. */
export function createFindRunningMigrations(hosts: LibvirtHosts): Hypervisor['runningMigrations'] {
  const uuids = new Map<string, readonly string[]>();
  const look = async (host: string): Promise<readonly Seen[]> => {
    const seen = await lookForJobs(hosts, host, uuids.get(host) ?? []);
    uuids.set(
      host,
      seen.map(({ uuid }) => uuid),
    );
    return seen;
  };
  const lookBriefly = brieflyIfSilent(look);
  return async (onUnasked) => {
    if (onUnasked === undefined) return outgoing((await allHosts(hosts.names.map(look))).flat());
    const { answers, unasked } = await answeringHosts(hosts.names, lookBriefly);
    for (const host of unasked) onUnasked(host);
    const seen = answers.flat();
    return unasked.length === 0 ? outgoing(seen) : [...outgoing(seen), ...incomingAlone(seen)];
  };
}

/** Every outgoing migration job on any host; the target is where the same VM shows as the incoming side. */
function outgoing(seen: readonly Seen[]): readonly RunningMigration[] {
  return seen
    .filter(({ migrates }) => migrates === 'outgoing')
    .map(({ vm, host, uuid }) => {
      const to = seen.find((other) => other.uuid === uuid && other.host !== host)?.host;
      return { vm, from: host, ...(to === undefined ? {} : { to }) };
    });
}

/** What only its target shows: the source is cut off from us, and may go on sending. */
function incomingAlone(seen: readonly Seen[]): readonly RunningMigration[] {
  const isSent = (uuid: string): boolean => seen.some((each) => each.uuid === uuid && each.migrates === 'outgoing');
  return seen
    .filter(({ migrates, uuid }) => migrates === 'incoming' && !isSent(uuid))
    .map(({ vm, host }) => ({ vm, from: UNKNOWN_HOST, to: host }));
}

/** Asks one host for its VMs and their jobs, once more if some have come since. @throws HypervisorError */
async function lookForJobs(hosts: LibvirtHosts, host: string, known: readonly string[]): Promise<readonly Seen[]> {
  const first = await ask(hosts, host, known);
  const fresh = first.vms.map(({ uuid }) => uuid).filter((uuid) => !known.includes(uuid));
  const second = fresh.length === 0 ? first : await ask(hosts, host, fresh);
  return second.vms.map(({ uuid, vm }) => {
    const job = parseJobInfo(second.jobs.get(uuid) ?? first.jobs.get(uuid) ?? '');
    const moves = job?.type === 'running' && job.operation !== 'other';
    return { host, uuid, vm, migrates: moves ? job.operation : null };
  });
}

/** What runs on a host, and the jobs of the VMs asked for, by uuid. */
async function ask(hosts: LibvirtHosts, host: string, uuids: readonly string[]) {
  const answer = await hosts.ask(host, JOBS, uuids, { timeoutMs: TIMEOUT_MS });
  requireVirsh(host, 'Listing VMs', answer);
  const names = answer.sections.get('names');
  if (names === undefined) {
    const hint =
      'Compare what `virsh list --uuid --name` prints on that host; this is an unusual virsh, or a fault in drover.';
    throw new HypervisorError('protocol', `Listing VMs on ${host}: virsh gave no list.`, false, hint);
  }
  const lines = names.split('\n').map((line) => /^(\S+)\s+(\S.*)$/.exec(line.trim()));
  const vms = lines.flatMap((found) => {
    const [, uuid = '', vm = ''] = found ?? [];
    return uuid === '' ? [] : [{ uuid, vm }];
  });
  return { vms, jobs: answer.sections };
}
