import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { EXIT_START_AGAIN } from '../../campaign/contract/exit-codes';
import { loadSites, SiteFileError } from '../../campaign/spec/load-sites';
import { connect, temporalEnvironment } from '../connect';
import { CommandError, EXIT } from '../exit';
import { droverHome } from '../home';
import { packagePath } from '../package-path';

const AGAIN_AFTER_MS = 2_000;

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
      process.exitCode = await keepRunning(env);
    });
}

/** Runs workers one after the other for as long as they have to be started again. @returns the last one's exit code */
async function keepRunning(env: NodeJS.ProcessEnv): Promise<number> {
  let worker: ChildProcess | null = null;
  const end = new AbortController();
  // A terminal sends Ctrl-C to the worker too; to be told twice changes nothing. This process waits for it to drain.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      end.abort();
      worker?.kill('SIGTERM');
    });
  for (let served = false; ;) {
    worker = spawn(process.execPath, [packagePath('dist', 'worker', 'main.js')], { stdio: 'inherit', env });
    const [exit] = (await once(worker, 'exit')) as [number | null];
    const code = exit ?? 1;
    served ||= code === EXIT_START_AGAIN;
    // A server that was there before is waited for.
    const again = code === EXIT_START_AGAIN || (served && code === EXIT.unreachable);
    if (!again) return code;
    await sleep(AGAIN_AFTER_MS, undefined, end).catch(() => undefined);
    if (end.signal.aborted) return EXIT.completed;
  }
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
