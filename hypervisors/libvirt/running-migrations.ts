import type { RunningMigration } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { parseJobInfo } from './parse-job-info';
import { virshError } from './virsh-errors';

// One virsh asks for all jobs: starting one for each VM would cost more than the answers.
const JOBS = `
all=$(v list --uuid --name) || { s failed; exit 0; }
s names; printf '%s\\n' "$all"
c=$(printf '%s\\n' "$all" | while read -r u n; do [ -z "$u" ] || printf "echo '\\036%s\\n'; domjobinfo %s; " "$u" "$u"; done)
[ -z "$c" ] || v "$c" 2>/dev/null
exit 0
`;
const TIMEOUT_MS = 30_000;

interface Seen {
  readonly host: string;
  readonly uuid: string;
  readonly vm: string;
  readonly outgoing: boolean;
}

/** Every outgoing migration job on any host; the target is where the same VM shows as the incoming side. @throws HypervisorError */
export async function findRunningMigrations(hosts: LibvirtHosts): Promise<readonly RunningMigration[]> {
  const seen = (await Promise.all(hosts.names.map(async (host) => lookForJobs(hosts, host)))).flat();
  return seen
    .filter(({ outgoing }) => outgoing)
    .map(({ vm, host, uuid }) => {
      const to = seen.find((other) => other.uuid === uuid && other.host !== host)?.host;
      return { vm, from: host, ...(to === undefined ? {} : { to }) };
    });
}

async function lookForJobs(hosts: LibvirtHosts, host: string): Promise<readonly Seen[]> {
  const { sections, stderr } = await hosts.ask(host, JOBS, [], { timeoutMs: TIMEOUT_MS });
  if (sections.has('failed')) throw virshError(host, 'Listing VMs', stderr);
  const names = (sections.get('names') ?? '').split('\n').map((line) => /^(\S+)\s+(\S.*)$/.exec(line.trim()));
  return names.flatMap((found) => {
    const [, uuid = '', vm = ''] = found ?? [];
    if (uuid === '') return [];
    const job = parseJobInfo(sections.get(uuid) ?? '');
    return [{ host, uuid, vm, outgoing: job?.type === 'running' && job.operation === 'outgoing' }];
  });
}
