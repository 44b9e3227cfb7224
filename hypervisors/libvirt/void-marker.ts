import type { MigrationIntent } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';

/** Takes the fate of an intent, if it has a marker and the fate is still to be taken; then says it. See submit-script.ts. */
export const VOID = `
d="$base/$1"
[ ! -d "$d" ] || ln -s void "$d/fate" 2>/dev/null
s fate; readlink "$d/fate"
exit 0
`;
const TIMEOUT_MS = 15_000;

/** Gives up an intent that has not begun. @returns false if it has, or has no marker @throws HypervisorError */
export async function voidMarker(hosts: LibvirtHosts, { id, from }: MigrationIntent): Promise<boolean> {
  const { sections } = await hosts.ask(from, VOID, [id], { timeoutMs: TIMEOUT_MS });
  return sections.get('fate')?.trim() === 'void';
}
