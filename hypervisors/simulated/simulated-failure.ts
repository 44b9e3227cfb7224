import { RemoteError, type RemoteErrorCode } from '../../remote/remote-error';
import { HypervisorError, type HypervisorErrorCode } from '../types';

const MAPPED: Readonly<Record<RemoteErrorCode, { code: HypervisorErrorCode; retryable: boolean; hint: string }>> = {
  unreachable: {
    code: 'unreachable',
    retryable: true,
    hint: 'Does the simulated data centre run? "drover lab status" shows it.',
  },
  closed: {
    code: 'unreachable',
    retryable: true,
    hint: 'Whether the request arrived is not known: look for its effect before it is repeated.',
  },
  timeout: { code: 'timeout', retryable: true, hint: 'The data centre answers too slowly; it may be overloaded.' },
  aborted: { code: 'cancelled', retryable: true, hint: 'The caller gave up waiting.' },
  'host-key': { code: 'host-key', retryable: false, hint: 'This site needs no SSH.' },
  authentication: { code: 'authentication', retryable: false, hint: 'This site needs no SSH.' },
};

/** The HypervisorError for anything that went wrong on the way to the data centre. */
export function asHypervisorError(error: unknown): HypervisorError {
  if (error instanceof HypervisorError) return error;
  if (error instanceof RemoteError) {
    const { code, retryable, hint } = MAPPED[error.code];
    return new HypervisorError(code, `Simulated data centre: ${error.message}`, retryable, hint, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new HypervisorError('protocol', message, false, 'This is a fault in drover; please report it.', {
    cause: error,
  });
}

/** The HypervisorError for an answer that says no. */
export function refusalOf(status: number, body: unknown): HypervisorError {
  const { code, message, retryable, hint } = (body ?? {}) as Partial<
    Record<'code' | 'message' | 'retryable' | 'hint', unknown>
  >;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof hint !== 'string')
    return new HypervisorError(
      'protocol',
      `The simulated data centre answered ${String(status)} without a reason.`,
      false,
      'Is the url in the site file that of a simulated data centre?',
    );
  return new HypervisorError(code as HypervisorErrorCode, message, retryable === true, hint);
}
