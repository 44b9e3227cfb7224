import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { droverHome } from '../../client/home';
import { CommandLine, ending } from './command-line';

jest.setTimeout(1_200_000);

test('npm start goes on, and ends well, though its worker and its Temporal server are killed', async () => {
  const drover = new CommandLine();
  const home = join(drover.directory, 'home');
  // The guests' system, which takes a while to build.
  if (existsSync(join(droverHome(), 'root'))) symlinkSync(join(droverHome(), 'root'), join(home, 'root'));
  const command = drover.start('quickstart');
  let printed = '';
  command.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = ending(command);
  try {
    const kill = (name: string): void => {
      const { pid } = JSON.parse(readFileSync(join(home, `${name}.json`), 'utf8')) as { readonly pid: number };
      process.kill(pid, 'SIGKILL');
    };
    const until = async (text: RegExp): Promise<void> => {
      while (!text.test(printed) && command.exitCode === null) await sleep(200);
      expect(printed).toMatch(text);
    };
    await until(/a00001 .*: succeeded/);
    kill('worker');
    await until(/the worker ended unasked/);
    await until(/a00003 .*: succeeded/);
    kill('temporal-server');
    kill('worker');
    await until(/the Temporal server ended unasked/);
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/completed: 6 of 6 migrations succeeded/);
    expect(existsSync(join(home, 'worker.json'))).toBe(false);
  } finally {
    if (command.exitCode === null) command.kill('SIGTERM');
    await ended;
    // Of a run that did not come to its end.
    await drover.run('lab', 'down', '--name', 'quickstart');
    drover.remove();
  }
});
