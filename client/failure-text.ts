import { ApplicationFailure, type WorkflowFailedError } from '@temporalio/client';

/** The innermost type and message of a failed workflow: what the user must read. */
export function failureText(error: WorkflowFailedError): { type: string; message: string } {
  let cause: Error = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? cause.name) : cause.name;
  return { type, message: cause.message };
}
