import { RemoteError } from '../../remote/remote-error';
import type { RemoteErrorCode } from '../../remote/remote-error';
import { HypervisorError } from '../types';
import type { HypervisorErrorCode } from '../types';

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
