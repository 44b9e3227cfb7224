import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkCommand } from './commands/check';
import { compareCommand } from './commands/compare';
import { controlCommands } from './commands/control';
import { labCommand } from './commands/lab';
import { planCommand } from './commands/plan';
import { quickstartCommand } from './commands/quickstart';
import { reportCommand } from './commands/report';
import { runCommand } from './commands/run';
import { serverCommand } from './commands/server';
import { sitesCommand } from './commands/sites';
import { statusCommand } from './commands/status';
import { watchCommand } from './commands/watch';
import { workerCommand } from './commands/worker';
import { packagePath } from './package-path';

const AFTER = `
A first campaign:
  drover quickstart              all of it at once on a lab of its own, as "npm start" does
By hand:
  drover server                  a Temporal server on this machine
  drover lab up                  a site on this machine, named "lab"; or describe your own in sites.yaml
  drover worker                  does the work; leave it running
  drover check FILE && drover run FILE

Exit codes: 0 completed, 1 failed, aborted or cancelled, 2 bad input, 3 something is unreachable, 130 interrupted.
Every command and its options: docs/commands.md, or "drover help COMMAND".`;

/** All commands of the command line; nothing is run before it parses arguments. */
export function createProgram(): Command {
  const program = new Command('drover')
    .description('Live-migration campaigns for virtual machines: durable, on time, measured')
    .version(version(), '-V, --version', "print drover's version")
    .helpCommand('help [command]', 'what a command does, and its options')
    .showHelpAfterError('("drover help" lists the commands, "drover help COMMAND" its options)')
    .showSuggestionAfterError()
    .addHelpText('after', AFTER)
    .exitOverride();
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    [
      'Campaigns:',
      [planCommand(), checkCommand(), runCommand(), statusCommand(), watchCommand(), reportCommand(), compareCommand()],
    ],
    ['Control of a running campaign:', controlCommands()],
    ['What campaigns need:', [serverCommand(), workerCommand(), sitesCommand(), labCommand(), quickstartCommand()]],
  ];
  for (const [title, commands] of groups) {
    for (const command of commands)
      program.addCommand(command.copyInheritedSettings(program).helpGroup(title).exitOverride());
  }
  return program;
}

function version(): string {
  return (JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string }).version;
}
