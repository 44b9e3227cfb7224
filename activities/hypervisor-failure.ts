import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../campaign/contract/failures';
import type { HypervisorError } from '../hypervisors/types';

/** Tells a hypervisor's error from all others; by name, as it may come from another copy of the module. */
export function isHypervisorError(error: unknown): error is HypervisorError {
  return error instanceof Error && error.name === 'HypervisorError';
}

/** Turns a hypervisor's error into a failure that Temporal retries, or not, as the error says. */
export function asFailure(error: unknown): Error {
  if (!isHypervisorError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code, message, hint, retryable } = error;
  const options = { type: retryable ? code : FAILURE.hypervisor, details: [{ code, hint }], cause: error };
  return ApplicationFailure.create({ ...options, message: `${message} (${hint})`, nonRetryable: !retryable });
}
