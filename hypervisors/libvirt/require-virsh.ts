import type { HostAnswer } from './libvirt-hosts';
import { virshError } from './virsh-errors';

/**
 * Goes on only if no virsh of a script failed, as `f` of host-script.ts says: the exit code, then what it printed, unless that
 * went to stderr. `doing`: what it was asked for, as the message begins.
 * @throws HypervisorError
 */
export function requireVirsh(host: string, doing: string, { sections, stderr }: HostAnswer): void {
  const failed = sections.get('failed');
  if (failed === undefined) return;
  const [code = '', ...printed] = failed.split('\n');
  const exitCode = /^\d{1,3}$/.test(code) ? Number(code) : null;
  throw virshError(host, doing, printed.join('\n').trim() || stderr, exitCode);
}
