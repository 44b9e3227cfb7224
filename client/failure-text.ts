import { ApplicationFailure, isGrpcServiceError, type WorkflowFailedError } from '@temporalio/client';

/** gRPC status codes of a server that is away or does not answer in time. */
const UNREACHABLE = [4, 14];

/** The innermost type and message of a failed workflow: what the user must read. */
export function failureText(error: WorkflowFailedError): { type: string; message: string } {
  const cause = innermost(error);
  const type = cause instanceof ApplicationFailure ? (cause.type ?? cause.name) : cause.name;
  return { type, message: cause.message };
}

/** The innermost message of any error; of a gRPC error what the server said. */
export function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = innermost(error);
  return isGrpcServiceError(cause) ? cause.details : cause.message;
}

/** True where the Temporal server did not answer: asking again later may succeed. */
export function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error ? innermost(error) : error;
  return isGrpcServiceError(cause) && UNREACHABLE.includes(cause.code);
}

function innermost(error: Error): Error {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause;
}
