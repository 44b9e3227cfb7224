import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import type { HypervisorError } from '../hypervisors/types';

/** Tells a hypervisor's error from all others; by name, as it may come from another copy of the module. */
export function isHypervisorError(error: unknown): error is HypervisorError {
  return error instanceof Error && error.name === 'HypervisorError';
}

/** Turns an error of hypervisor, agents or the way to them into a failure that Temporal retries, or not, as the error says. */
export function asFailure(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (isHypervisorError(error)) {
    const { code, message, hint, retryable } = error;
    const options = { type: retryable ? code : FAILURE.hypervisor, details: [{ code, hint }], cause: error };
    return ApplicationFailure.create({ ...options, message: `${message} (${hint})`, nonRetryable: !retryable });
  }
  return isForTheUser(error) ? ApplicationFailure.nonRetryable(error.message, FAILURE.agents) : error;
}

/** What no retry mends: the message says what to do. */
function isForTheUser(error: Error): boolean {
  if (error.name === 'RemoteError' && 'code' in error)
    return error.code === 'host-key' || error.code === 'authentication';
  return error.name === 'AgentError';
}
