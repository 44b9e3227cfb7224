import type { LibvirtHosts } from './libvirt-hosts';
import { parseStates, whereItRuns } from './parse-states';
import { virshError } from './virsh-errors';

// All of them, by one virsh: starting a second one costs more than the answers, and a name that is a number would be an id.
const LOCATE = `
s states; v domstats --nowait --state || s failed
exit 0
`;
const TIMEOUT_MS = 15_000;

/** Asks every host at once for one VM. @returns the host where it runs, else where it is defined; null: nowhere @throws HypervisorError */
export async function locateVm(hosts: LibvirtHosts, vm: string): Promise<string | null> {
  const found = await Promise.all(
    hosts.names.map(async (host) => {
      const { sections, stderr } = await hosts.ask(host, LOCATE, [], { timeoutMs: TIMEOUT_MS });
      if (sections.has('failed')) throw virshError(host, `Looking for VM ${vm}`, stderr);
      const state = parseStates(sections.get('states') ?? '').get(vm);
      return state === undefined ? [] : [{ ...state, host }];
    }),
  );
  return whereItRuns(found.flat())?.host ?? null;
}
