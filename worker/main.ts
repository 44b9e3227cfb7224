import { resolve } from 'node:path';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import pino from 'pino';
import { createDependencies } from './create-dependencies';
import { loadSites, SiteFileError } from '../campaign/spec/load-sites';
import { logLevel, LogLevelError } from './log-level';
import { runWorkers } from './run-workers';
import { temporalLogger } from './temporal-logger';
import { createTemporalWorkflows } from './temporal-workflows';

const EXIT_BAD_INPUT = 2;
const EXIT_UNREACHABLE = 3;

/** The worker process: runs until SIGINT or SIGTERM, then drains. */
async function main(): Promise<void> {
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
  const home = resolve(process.env['DROVER_HOME'] ?? '.drover');
  const sites = await loadSites(home);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  const workflows = createTemporalWorkflows({ connection, namespace });
  const onProblem = (problem: string): void => log.warn(problem);
  const dependencies = createDependencies({ home, sites, workflows, onProblem });
  log.info({ sites: Object.keys(sites), address: connectionOptions.address, namespace }, 'worker runs');
  // After a failure the process ends at once, and everything open with it.
  await runWorkers(connection, namespace, dependencies, stop.signal);
  await dependencies.close();
  await connection.close();
  log.info('drained');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(error instanceof SiteFileError || error instanceof LogLevelError ? EXIT_BAD_INPUT : EXIT_UNREACHABLE);
  },
);
