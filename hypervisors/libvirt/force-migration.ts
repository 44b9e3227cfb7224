import { HypervisorError } from '../types';
import type { ForcedEnd, MigrationHandle } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { readReference } from './reference';
import { requireVirsh } from './require-virsh';

/** Long enough for any rest of memory: the guest stops until all of it is sent. */
const RAISED_DOWNTIME_MS = 600_000;
const FORCE = `
case $2 in
  post-copy) out=$(v migrate-postcopy "$1" 2>&1);;
  *) out=$(v migrate-setmaxdowntime "$1" "$3" 2>&1);;
esac
rc=$?
[ "$rc" = 0 ] || f "$rc" "$out"
`;
const TIMEOUT_MS = 20_000;

/** Makes the job on the source host end. @throws HypervisorError */
export async function forceJob(hosts: LibvirtHosts, handle: MigrationHandle, how: ForcedEnd): Promise<void> {
  const { intent, reference } = handle;
  if (how === 'post-copy' && intent.options.allowPostCopy !== true && intent.options.postCopy !== true) {
    throw new HypervisorError(
      'unsupported',
      `The migration of ${intent.vm} was started without post-copy.`,
      false,
      'QEMU can only switch to post-copy if the migration was started with it.',
    );
  }
  const args = [readReference(reference).uuid, how, String(RAISED_DOWNTIME_MS)];
  const answer = await hosts.ask(intent.from, FORCE, args, { timeoutMs: TIMEOUT_MS });
  requireVirsh(intent.from, `Ending the migration of ${intent.vm} (${how})`, answer);
}
