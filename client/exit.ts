/** The exit codes of the command line (docs/commands.md). */
export const EXIT = { completed: 0, failed: 1, badInput: 2, unreachable: 3, interrupted: 130 } as const;

/** An error whose message is meant for the user as it stands, and the exit code it leads to. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: number,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
