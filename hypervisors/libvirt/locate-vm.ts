import { allHosts } from './all-hosts';
import type { LibvirtHosts } from './libvirt-hosts';
import { parseStates, whereItRuns, type DomainState } from './parse-states';
import { requireVirsh } from './require-virsh';

// All of them, by one virsh: starting a second one costs more than the answers, and a name that is a number would be an id.
const LOCATE = `
s states; v domstats --nowait --state || f $?
exit 0
`;
const TIMEOUT_MS = 15_000;

type Found = DomainState & { readonly host: string };

/**
 * Asks every host at once for one VM. A host on which it runs is enough, whatever the others say, or do not say: a host that
 * is down must not keep the VMs of the others from being found.
 * @returns the host where it runs, else where it is defined; null: nowhere
 * @throws HypervisorError of the hosts that did not answer, if it runs on none of the others
 */
export async function locateVm(hosts: LibvirtHosts, vm: string): Promise<string | null> {
  const asked = hosts.names.map(async (host) => find(hosts, host, vm));
  const running = await Promise.any(asked.map(requireRunning)).catch(() => null);
  return (running ?? whereItRuns((await allHosts(asked)).flat()))?.host ?? null;
}

async function find(hosts: LibvirtHosts, host: string, vm: string): Promise<readonly Found[]> {
  const answer = await hosts.ask(host, LOCATE, [], { timeoutMs: TIMEOUT_MS });
  requireVirsh(host, `Looking for VM ${vm}`, answer);
  const state = parseStates(answer.sections.get('states') ?? '').get(vm);
  return state === undefined ? [] : [{ ...state, host }];
}

// At the switch-over of a migration either side may be the one that runs: then all must be heard.
async function requireRunning(asked: Promise<readonly Found[]>): Promise<Found> {
  const running = (await asked).find(({ power, moving }) => power === 'running' && !moving);
  if (running === undefined) throw new Error('it does not run there');
  return running;
}
