import type { Inventory } from '../types';
import { allHosts } from './all-hosts';
import type { LibvirtConfig } from './libvirt-config';
import type { LibvirtHosts } from './libvirt-hosts';
import { mergeDefinitions } from './merge-definitions';
import { parseDefinitions, parseHost } from './parse-inventory';
import { asHypervisorError } from './remote-failure';
import { requireVirsh } from './require-virsh';

// A domain may go away between the list and its XML: that is its own line in stderr and not a failure. Nothing is written: of
// the markers' folder, what exists of its path says whether it can be made.
const INVENTORY = `
p=$base; until [ -e "$p" ]; do p=\${p%/*}; done
s unwritable; [ -d "\${p:-/}" ] && [ -w "\${p:-/}" ] || echo "$p"
s version; v version || f $?
s nodeinfo; v nodeinfo || f $?
s capabilities; v capabilities || f $?
s nics; for n in /sys/class/net/*; do [ "\${n##*/}" = lo ] || [ -e "$n/tun_flags" ] || echo "\${n##*/}"; done
s states; v domstats --nowait --state || f $?
all=$(v list --all --uuid) || f $?
c=''; for u in $all; do c="$c dumpxml $u;"; done
s domains; [ -z "$c" ] || { v "$c"; d $?; }
exit 0
`;
const TIMEOUT_MS = 30_000;

/** Looks at all hosts in parallel. @throws HypervisorError that names every host that cannot be asked, and why */
export async function takeInventory(
  hosts: LibvirtHosts,
  config: LibvirtConfig,
  signal?: AbortSignal,
): Promise<Inventory> {
  const takenAtMs = Date.now();
  const answers = await allHosts(
    hosts.names.map(async (name) => {
      const answer = await hosts.ask(name, INVENTORY, [], {
        timeoutMs: TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      });
      requireVirsh(name, 'Asking libvirt', answer);
      const { sections } = answer;
      try {
        return { host: parseHost(name, sections), definitions: parseDefinitions(name, sections, config.addresses) };
      } catch (error) {
        throw asHypervisorError(name, error);
      }
    }),
  );
  return {
    takenAtMs,
    hosts: answers.map(({ host }) => host),
    vms: mergeDefinitions(answers.flatMap(({ definitions }) => definitions)),
  };
}
