import { HypervisorError } from '../types';
import type { MigrationHandle } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { readReference } from './reference';
import { requireVirsh } from './require-virsh';

// virsh may still be on its way to its job: the request is repeated until it is heard or the migration ended. The marker
// is told before the abort and untold if there was none: what virsh itself says after an abort may be the end of the
// connection that it closes ("End of file while reading data").
const CANCEL = `
i=0 told="$base/$2/cancelled" mine=''
untell() { [ -z "$mine" ] || rm -f "$told"; }
while [ "$i" -lt 50 ]; do
  [ ! -e "$base/$2/rc" ] || { untell; s ended; exit 0; }
  [ ! -d "$base/$2" ] || [ -e "$told" ] || { : > "$told"; mine=1; }
  out=$(v domjobabort "$1" 2>&1)
  rc=$?
  [ "$rc" != 0 ] || { s aborted; exit 0; }
  case $out in *"no job is active"*|*"domain is not running"*|*"failed to get domain"*) ;; *) untell; f "$rc" "$out";; esac
  sleep 0.1; i=$((i + 1))
done
untell
s gone; echo "$out"
`;
const TIMEOUT_MS = 30_000;

/** Aborts the job on the source host; harmless once the migration has ended. @throws HypervisorError */
export async function abortJob(hosts: LibvirtHosts, { intent, reference }: MigrationHandle): Promise<void> {
  const answer = await hosts.ask(intent.from, CANCEL, [readReference(reference).uuid, intent.id], {
    timeoutMs: TIMEOUT_MS,
  });
  requireVirsh(intent.from, `Cancelling the migration of ${intent.vm}`, answer);
  if (answer.sections.has('gone')) {
    throw new HypervisorError(
      'bad-state',
      `${intent.vm} has no migration on ${intent.from} that could be cancelled.`,
      false,
      'It has probably ended; its evidence says how.',
    );
  }
}
