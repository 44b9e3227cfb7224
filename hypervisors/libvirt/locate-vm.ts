import type { LibvirtHosts } from './libvirt-hosts';
import { parseStates, whereItRuns } from './parse-states';
import { virshError } from './virsh-errors';

// A name that is a number would be an id, so the VM is picked from the list by its name and then addressed by its uuid.
const LOCATE = `
all=$(v list --all --uuid --name) || { s failed; exit 0; }
u=$(printf '%s\\n' "$all" | while read -r uuid name; do [ "$name" != "$1" ] || echo "$uuid"; done)
[ -z "$u" ] || { s states; v domstats --nowait --state "$u"; }
exit 0
`;
const TIMEOUT_MS = 15_000;

/** Asks every host at once for one VM. @returns the host where it runs, else where it is defined; null: nowhere @throws HypervisorError */
export async function locateVm(hosts: LibvirtHosts, vm: string): Promise<string | null> {
  const found = await Promise.all(
    hosts.names.map(async (host) => {
      const { sections, stderr } = await hosts.ask(host, LOCATE, [vm], { timeoutMs: TIMEOUT_MS });
      if (sections.has('failed')) throw virshError(host, `Looking for VM ${vm}`, stderr);
      const state = parseStates(sections.get('states') ?? '').get(vm);
      return state === undefined ? [] : [{ ...state, host }];
    }),
  );
  return whereItRuns(found.flat())?.host ?? null;
}
