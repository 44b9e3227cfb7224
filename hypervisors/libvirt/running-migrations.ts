import type { RunningMigration } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { parseJobInfo } from './parse-job-info';
import { virshError } from './virsh-errors';

const JOBS = `
all=$(v list --uuid --name) || { s failed; exit 0; }
printf '%s\\n' "$all" | while read -r u n; do
  [ -n "$u" ] || continue
  s "$u $n"; v domjobinfo "$u" 2>/dev/null
done
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
  return [...sections].map(([name, text]) => {
    const space = name.indexOf(' ');
    const job = parseJobInfo(text);
    return {
      host,
      uuid: name.slice(0, space),
      vm: name.slice(space + 1),
      outgoing: job?.type === 'running' && job.operation === 'outgoing',
    };
  });
}
