import { Command, CommanderError } from 'commander';
import { labCommand } from './commands/lab';
import { quickstartCommand } from './commands/quickstart';
import { reportCommand } from './commands/report';
import { runCommand } from './commands/run';
import { serverCommand } from './commands/server';
import { workerCommand } from './commands/worker';
import { CommandError, EXIT } from './exit';

/** The `drover` command line. */
async function main(): Promise<void> {
  const program = new Command('drover')
    .description('Live-migration campaigns for virtual machines: durable, on time, measured')
    .showHelpAfterError('(drover help COMMAND lists the options)')
    .exitOverride();
  const commands = [runCommand(), workerCommand(), serverCommand(), labCommand(), reportCommand(), quickstartCommand()];
  for (const command of commands) program.addCommand(command.exitOverride());
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = tell(error);
  }
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.completed : EXIT.badInput;
  console.error(error instanceof Error ? error.message : String(error));
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

void main();
