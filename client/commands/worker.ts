import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { temporalEnvironment } from '../connect';
import { droverHome } from '../home';
import { packagePath } from '../package-path';

/** `drover worker`: runs a worker in the foreground; Ctrl-C drains it. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a worker for all sites of the site file and all labs of this machine; Ctrl-C drains it')
    .option('--site-file <file>', 'site file (else $DROVER_SITES, else ./sites.yaml)')
    .action(async ({ siteFile }: { siteFile?: string }) => {
      const home = droverHome();
      const env = {
        ...temporalEnvironment(home),
        DROVER_HOME: home,
        ...(siteFile === undefined ? {} : { DROVER_SITES: siteFile }),
      };
      const child = spawn(process.execPath, [packagePath('dist', 'worker', 'main.js')], { stdio: 'inherit', env });
      // The terminal sends Ctrl-C to both; this process only waits for the worker to drain.
      const pass = (signal: NodeJS.Signals) => () => child.kill(signal);
      process.on('SIGINT', () => undefined);
      process.on('SIGTERM', pass('SIGTERM'));
      process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
    });
}
