import { resolve } from 'node:path';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import pino from 'pino';
import { EXIT_START_AGAIN } from '../campaign/contract/exit-codes';
import { usableSettings } from '../campaign/spec/connection-settings';
import { createWorkflowWorker, readWorkflowBundle } from './create-workflow-worker';
import { logLevel } from './log-level';
import { temporalLogger } from './temporal-logger';
import { createTemporalWorkflows } from './temporal-workflows';
import { watchClock } from './watch-clock';
import { workerBase } from './worker-base';

/** By name: loading their classes would take time that a starting worker has not. */
const BAD_INPUT = ['SiteFileError', 'LogLevelError', 'ConnectionSettingsError'];
const EXIT_BAD_INPUT = 2;
const EXIT_UNREACHABLE = 3;

/** The worker process: runs until SIGINT or SIGTERM, then drains. @returns its exit code */
async function main(): Promise<number> {
  const level = logLevel();
  const log = pino({ name: 'drover-worker', level }, pino.destination({ dest: 2, sync: true }));
  const everything = level === 'trace' || level === 'debug';
  const stop = new AbortController();
  Runtime.install({
    shutdownSignals: [],
    logger: temporalLogger(log, everything),
    // Libraries below the SDK would log what they send, credentials included.
    telemetryOptions: {
      logging: { forward: {}, ...(everything ? { filter: { core: 'TRACE', other: 'ERROR' } } : {}) },
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      log.info('draining: running migrations go on and are adopted by the next worker');
      stop.abort();
    });
  }
  let exitCode = 0;
  watchClock((aheadMs) => {
    log.warn({ aheadMs }, 'the clock of this machine was set, or it slept: the worker has to be started again');
    exitCode = EXIT_START_AGAIN;
    stop.abort();
  });
  const { connectionOptions, namespace = 'default' } = usableSettings(loadClientConnectConfig);
  const code = await readWorkflowBundle();
  const connecting = NativeConnection.connect(connectionOptions).then(
    (connection) => workerBase(connection, namespace),
    (error: unknown) => {
      throw new Error(unreachable(connectionOptions.address, error), { cause: error });
    },
  );
  const workflowWorker = connecting.then((base) => createWorkflowWorker(base, code));
  // What went wrong is told by whoever awaits it, after problems of the site file.
  workflowWorker.catch(() => undefined);
  await connecting.catch(() => undefined);
  // Loaded only now, while the thread of workflow code loads too.
  const { loadSites } = await import('../campaign/spec/load-sites.js');
  const { createDependencies } = await import('./create-dependencies.js');
  const { runWorkers } = await import('./run-workers.js');
  const home = resolve(process.env['DROVER_HOME'] ?? '.drover');
  const sites = await loadSites(home);
  const base = await connecting;
  const { connection } = base;
  const workflows = createTemporalWorkflows({ connection, namespace });
  const onProblem = (problem: string): void => log.warn(problem);
  const dependencies = createDependencies({ home, sites, workflows, onProblem });
  log.info({ sites: Object.keys(sites), address: connectionOptions.address, namespace }, 'worker runs');
  try {
    await runWorkers({ base, workflowWorker, dependencies }, stop.signal);
  } catch (error) {
    // The process ends at once, and everything open with it.
    if (!passes(error) || (stop.signal.aborted && exitCode === 0)) throw error;
    log.error({ err: error }, 'the Temporal server could not be used any more: the worker has to be started again');
    return EXIT_START_AGAIN;
  }
  await dependencies.close();
  await connection.close();
  log.info('drained');
  return exitCode;
}

/** The server did not answer. One that answers that there is no such namespace, or no right to it, will do so again. */
function passes(error: unknown): boolean {
  const isTransport = error instanceof Error && error.name === 'TransportError';
  return isTransport && !/\bcode: (NotFound|PermissionDenied|Unauthenticated|InvalidArgument)\b/.test(error.message);
}

function unreachable(address = 'localhost:7233', error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `no Temporal server can be used at ${address}: start one, or name it in TEMPORAL_ADDRESS or TEMPORAL_CONFIG_FILE (${why})`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const [text, name] = error instanceof Error ? [error.message, error.name] : [String(error), ''];
    console.error(text);
    process.exit(BAD_INPUT.includes(name) ? EXIT_BAD_INPUT : EXIT_UNREACHABLE);
  },
);
