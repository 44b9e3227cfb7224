import { parseClock } from './host-script';
import { HypervisorError, type MarkerState } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { parseJobInfo } from './parse-job-info';
import type { JobInfo } from './parse-job-info';
import { requireVirsh } from './require-virsh';
import { classifyVirshError, virshMessage } from './virsh-errors';

/** What an intent left on its source host. Times are UTC ms of the host's clock. */
export interface Marker {
  readonly fate: Exclude<MarkerState, 'absent'>;
  readonly beginMs: number | null;
  readonly endMs: number | null;
  /** virsh's exit code once it ended. */
  readonly exitCode: number | null;
  readonly output: string;
  /** drover's own request to cancel was heard. */
  readonly cancelled: boolean;
  /** The process that waits for virsh still lives. */
  readonly alive: boolean;
}

/** What one host shows of one VM and one intent. */
export interface HostView {
  readonly host: string;
  /** Host's clock minus ours. */
  readonly clockOffsetMs: number;
  readonly uuid: string | null;
  /** libvirt's id of the running domain: a new one each time it starts or arrives. */
  readonly domainId: number | null;
  /** Process of the VM's QEMU, by libvirt's pid file; null if it does not run here or the file cannot be read. */
  readonly qemuPid: number | null;
  /** `virsh domstate --reason`, e.g. `running (migrated)`; null if the host does not know the VM. */
  readonly state: string | null;
  readonly job: JobInfo | null;
  readonly completed: JobInfo | null;
  readonly marker: Marker | null;
  /** Size of QEMU's log of this VM. */
  readonly logBytes: number;
  /** Lines of QEMU's log after the given offset. */
  readonly log: string;
}

/** What to look for; `uuid` null looks the VM up by name, `intentId` null skips the marker. */
export interface LookFor {
  readonly vm: string;
  readonly uuid: string | null;
  readonly intentId: string | null;
  readonly logFrom: number;
}

// Arguments: name, uuid, intent id, log offset. A VM is addressed by its uuid: a name that is a number would be an id.
// One virsh answers all questions: starting it costs more than the answers.
const LOOK = `
s clock; now
d="$base/$3"
if [ -n "$3" ] && [ -d "$d" ]; then
  s fate; readlink "$d/fate"
  s rc; cat "$d/rc" 2>/dev/null
  s begin; cat "$d/begin" 2>/dev/null
  s end; cat "$d/end" 2>/dev/null
  s alive; p=$(cat "$d/pid" 2>/dev/null) && tr '\\0' ' ' < "/proc/$p/cmdline" 2>/dev/null | grep -qF "$d" && echo yes
  s cancelled; [ ! -e "$d/cancelled" ] || echo yes
  s out; head -c 4096 "$d/out" 2>/dev/null
fi
u=$2
all=$(v list --all --uuid --name) || f $?
known=$(printf '%s\\n' "$all" | while read -r uuid name; do
  if [ -n "$u" ]; then [ "$uuid" != "$u" ] || echo "$uuid"; else [ "$name" != "$1" ] || echo "$uuid"; fi
done)
if [ -n "$known" ]; then
  s uuid; echo "$known"
  v "$(m id) domid $known; $(m state) domstate --reason $known; $(m job) domjobinfo $known; $(m completed) domjobinfo --completed --keep-completed $known"
  d $?
fi
s qemupid; cat "/run/libvirt/qemu/$1.pid" 2>/dev/null
l="/var/log/libvirt/qemu/$1.log"
s logbytes; [ ! -r "$l" ] || wc -c < "$l"
s log; [ ! -r "$l" ] || tail -c "+$(($4 + 1))" "$l" | grep -aE '^[0-9: .+-]+(starting up|shutting down)' | tail -n 50
exit 0
`;
const TIMEOUT_MS = 15_000;

/** Looks at one VM on one host in one round trip. @throws HypervisorError */
export async function lookAtHost(
  hosts: LibvirtHosts,
  host: string,
  what: LookFor,
  signal?: AbortSignal,
): Promise<HostView> {
  const args = [what.vm, what.uuid ?? '', what.intentId ?? '', String(what.logFrom)];
  const answer = await hosts.ask(host, LOOK, args, {
    timeoutMs: TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const { sections, clockOffsetMs } = answer;
  requireVirsh(host, 'Asking libvirt', answer);
  const text = (name: string): string => sections.get(name)?.trim() ?? '';
  const uuid = text('uuid') !== '' && knows(host, text('state'), answer.stderr) ? text('uuid') : null;
  const number = (name: string): number | null => (/^\d{1,15}$/.test(text(name)) ? Number(text(name)) : null);
  return {
    host,
    clockOffsetMs,
    uuid,
    domainId: number('id'),
    qemuPid: number('qemupid'),
    state: text('state') || null,
    job: parseJobInfo(text('job')),
    completed: parseJobInfo(text('completed')),
    marker: parseMarker(sections),
    logBytes: number('logbytes') ?? 0,
    log: text('log'),
  };
}

/** Whether libvirt still knows a VM that it listed. @throws HypervisorError if it went away itself before it told the VM's state */
function knows(host: string, state: string, stderr: string): boolean {
  if (state !== '') return true;
  if (classifyVirshError(stderr).code === 'not-found') return false;
  throw new HypervisorError(
    'unreachable',
    `Asking libvirt on ${host}: it listed the VM and did not tell its state: ${virshMessage(stderr)}`,
    true,
    'libvirtd was probably restarted; the same call may succeed later.',
  );
}

function parseMarker(sections: ReadonlyMap<string, string>): Marker | null {
  if (!sections.has('rc')) return null;
  const fate = sections.get('fate')?.trim();
  const code = /^\d{1,3}$/.exec(sections.get('rc')?.trim() ?? '');
  return {
    fate: fate === 'begun' || fate === 'void' ? fate : 'set',
    beginMs: parseClock(sections.get('begin')),
    endMs: parseClock(sections.get('end')),
    exitCode: code === null ? null : Number(code[0]),
    output: sections.get('out') ?? '',
    cancelled: sections.get('cancelled')?.trim() === 'yes',
    alive: sections.get('alive')?.trim() === 'yes',
  };
}
