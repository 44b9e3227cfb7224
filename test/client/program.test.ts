import { CommanderError, type Command } from 'commander';
import { createProgram } from '../../client/program';

/** Parses arguments that must be refused before anything is done. @returns what was printed to standard error */
async function refused(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const program = createProgram();
  const quiet = (command: Command): void => {
    command.configureOutput({ writeErr: (text) => printed.push(text), writeOut: (text) => printed.push(text) });
    command.commands.forEach(quiet);
  };
  quiet(program);
  await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
  return printed.join('');
}

test.each<[string[], RegExp]>([
  [['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
  [['run'], /missing required argument 'file'/],
  [['run', 'a.yaml', 'b.yaml'], /too many arguments for 'run'/],
  [['run', 'a.yaml', '--detatch'], /unknown option '--detatch'\n\(Did you mean --detach\?\)/],
  [['run', 'a.yaml', '--id', 'a/../b'], /An id has at most 100 letters/],
  [['skip', 'c1'], /missing required argument 'action'/],
  [['--version'], /^\d+\.\d+\.\d+\n$/],
])('%j', async (args, text) => {
  expect(await refused(...args)).toMatch(text);
});

test('help names every command', async () => {
  const text = await refused('--help');
  for (const { name } of createProgram().commands.map((command) => ({ name: command.name() })))
    expect(text).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
});
