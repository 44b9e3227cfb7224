import { HypervisorError } from '../types';
import type { MigrationIntent } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { requireVirsh } from './require-virsh';

const IS_RUNNING = `
all=$(v list --uuid) || f $?
s running; printf '%s\\n' "$all" | grep -qxF "$1" && echo yes
exit 0
`;
const READ_UUID = `
s uuid; cat "$base/$1/uuid" 2>/dev/null
s alive; p=$(cat "$base/$1/pid" 2>/dev/null) && [ ! -e "$base/$1/rc" ] && [ "$(readlink "$base/$1/fate")" != void ] && tr '\\0' ' ' < "/proc/$p/cmdline" 2>/dev/null | grep -qF "$base/$1" && echo yes
exit 0
`;
// The state is read again right before: a VM that came back must keep its definition.
const CLEAN = `
u=$2
if [ -n "$u" ]; then
  state=$(v domstate --reason "$u" 2>/dev/null)
  d $?
  if [ "$(printf '%s\\n' "$state" | head -n 1)" = 'shut off (migrated)' ]; then
    out=$(v undefine --domain "$u" --keep-nvram 2>&1) || f $? "$out"
  fi
fi
rm -rf "$base/$1"
`;
const TIMEOUT_MS = 20_000;

/**
 * Removes an intent's marker, and the definition that the migration left on its source if the VM runs on its target.
 * May be repeated. @throws HypervisorError busy while the migration runs
 */
export async function cleanAfterMigration(hosts: LibvirtHosts, intent: MigrationIntent): Promise<void> {
  const { sections } = await hosts.ask(intent.from, READ_UUID, [intent.id], { timeoutMs: TIMEOUT_MS });
  if (sections.get('alive')?.trim() === 'yes') {
    throw new HypervisorError(
      'busy',
      `The migration of ${intent.vm} from ${intent.from} still runs.`,
      true,
      'Wait for its end, or cancel it, before its marker is removed.',
    );
  }
  const uuid = sections.get('uuid')?.trim() ?? '';
  const arrived = uuid !== '' && (await runsOn(hosts, intent.to, uuid));
  const cleaned = await hosts.ask(intent.from, CLEAN, [intent.id, arrived ? uuid : ''], { timeoutMs: TIMEOUT_MS });
  requireVirsh(intent.from, `Removing the old definition of ${intent.vm}`, cleaned);
}

async function runsOn(hosts: LibvirtHosts, host: string, uuid: string): Promise<boolean> {
  const answer = await hosts.ask(host, IS_RUNNING, [uuid], { timeoutMs: TIMEOUT_MS });
  requireVirsh(host, 'Listing VMs', answer);
  return answer.sections.get('running')?.trim() === 'yes';
}
