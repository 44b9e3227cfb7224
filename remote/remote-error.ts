/** What can go wrong on the way to another machine. */
export type RemoteErrorCode = 'host-key' | 'authentication' | 'unreachable' | 'timeout' | 'aborted' | 'closed';

/** A command on another machine could not be run to its end; a command that ran and failed is an ExecResult instead. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';

  /**
   * @param code - `closed`: the connection broke while the command ran, so its end is not known
   * @param message - one sentence that names the machine and what to do
   */
  constructor(
    readonly code: RemoteErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
