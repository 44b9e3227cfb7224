import { CommanderError } from 'commander';
import { CommandError, EXIT } from './exit';
import { causeText, isUnreachable } from './failure-text';
import { createProgram } from './program';

/** The `drover` command line. */
async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = tell(error);
  }
  // A request to Temporal that was given up would be tried again on a closed connection; what was printed goes out first.
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit();
}

async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}

function tell(error: unknown): number {
  // Commander has printed its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.completed : EXIT.badInput;
  if (isUnreachable(error)) {
    console.error(
      `the Temporal server does not answer in time (${causeText(error)}); if it does not run, start it with "drover server"`,
    );
    return EXIT.unreachable;
  }
  console.error(error instanceof Error ? error.message : String(error));
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

// Whoever reads the output (a pager, head) may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? EXIT.completed);
});

void main();
