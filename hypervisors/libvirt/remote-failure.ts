import { RemoteError } from '../../remote/remote-error';
import type { RemoteErrorCode } from '../../remote/remote-error';
import type { ExecResult } from '../../remote/types';
import { HypervisorError } from '../types';
import type { HypervisorErrorCode } from '../types';
import { DEADLINE_MET } from './host-script';
import { virshError } from './virsh-errors';

const MAPPED: Readonly<Record<RemoteErrorCode, { code: HypervisorErrorCode; retryable: boolean; hint: string }>> = {
  'host-key': {
    code: 'host-key',
    retryable: false,
    hint: "Compare the fingerprint on the machine itself, then correct the site's known_hosts file.",
  },
  authentication: {
    code: 'authentication',
    retryable: false,
    hint: 'Check user and key of this host in the site file.',
  },
  unreachable: {
    code: 'unreachable',
    retryable: true,
    hint: 'Is the host up, and are address and port in the site file right?',
  },
  timeout: { code: 'timeout', retryable: true, hint: 'The host answers too slowly; it may be overloaded or cut off.' },
  aborted: { code: 'cancelled', retryable: true, hint: 'The caller gave up waiting.' },
  closed: {
    code: 'unreachable',
    retryable: true,
    hint: 'The connection broke; the same call may succeed on a new one.',
  },
};

/** The HypervisorError for anything that went wrong on the way to a host. */
export function asHypervisorError(host: string, error: unknown): HypervisorError {
  if (error instanceof HypervisorError) return error;
  if (error instanceof RemoteError) {
    const { code, retryable, hint } = MAPPED[error.code];
    return new HypervisorError(code, `Host ${host}: ${error.message}`, retryable, hint, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new HypervisorError(
    'protocol',
    `Host ${host}: ${message}`,
    false,
    'This is a fault in drover; please report it.',
    { cause: error },
  );
}

/** The HypervisorError for a script that did not come to its end on a host. */
export function scriptFailure(host: string, { code, signal, stderr }: ExecResult): HypervisorError {
  if (code === DEADLINE_MET) return virshError(host, 'Asking libvirt', stderr, code);
  if (code === null || code > 128) {
    const by = signal ?? (code === null ? 'that is not known' : String(code - 128));
    return new HypervisorError(
      'unreachable',
      `Host ${host}: a command was ended by signal ${by}.`,
      true,
      'Is the host going down, or does something end processes there? The same call may succeed later.',
    );
  }
  return new HypervisorError(
    'protocol',
    `Host ${host}: a command failed: ${stderr.trim() || `exit code ${String(code)}`}`,
    false,
    'Does the host have sh, timeout and virsh (libvirt-clients)?',
  );
}
