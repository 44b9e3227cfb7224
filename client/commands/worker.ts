import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { EXIT_START_AGAIN } from '../../campaign/contract/exit-codes';
import { loadSites, SiteFileError } from '../../campaign/spec/load-sites';
import { connect, temporalEnvironment } from '../connect';
import { CommandError, EXIT } from '../exit';
import { droverHome } from '../home';
import { packagePath } from '../package-path';

/** `drover worker`: runs a worker in the foreground; Ctrl-C drains it. */
export function workerCommand(): Command {
  return new Command('worker')
    .description(
      'do the work of campaigns on all sites of the site file and all labs of this machine; Ctrl-C drains it',
    )
    .option('--site-file <file>', 'site file (else $DROVER_SITES, else ./sites.yaml)')
    .action(async ({ siteFile }: { siteFile?: string }) => {
      const home = droverHome();
      await tellWhatItServes(home, siteFile);
      const env = {
        ...temporalEnvironment(home),
        DROVER_HOME: home,
        ...(siteFile === undefined ? {} : { DROVER_SITES: siteFile }),
      };
      do process.exitCode = await runWorker(env);
      while (process.exitCode === EXIT_START_AGAIN);
    });
}

/** Runs one worker process to its end. @returns its exit code */
async function runWorker(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [packagePath('dist', 'worker', 'main.js')], { stdio: 'inherit', env });
  // The terminal sends Ctrl-C to both; this process only waits for the worker to drain.
  const wait = (): void => undefined;
  const end = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', end);
  const code = await new Promise<number>((resolve) => child.once('exit', (exit) => resolve(exit ?? 1)));
  process.off('SIGINT', wait).off('SIGTERM', end);
  return code;
}

/** What can be wrong is told before anything is started. @throws CommandError (exit code 2 or 3) */
async function tellWhatItServes(home: string, siteFile: string | undefined): Promise<void> {
  const sites = await loadSites(home, siteFile).catch((error: unknown) => {
    if (error instanceof SiteFileError) throw new CommandError(error.message, EXIT.badInput, { cause: error });
    throw error;
  });
  const client = await connect(home);
  await client.connection.close();
  const names = Object.keys(sites);
  console.log(
    names.length > 0
      ? `Worker for the site${names.length > 1 ? 's' : ''} ${names.join(', ')}; Ctrl-C drains it`
      : 'Worker without a site: it can only check specs. "drover sites" says where sites come from',
  );
}
