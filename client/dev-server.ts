import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import {
  findInBackground,
  isRunning,
  logPath,
  startInBackground,
  stateInBackground,
  stopInBackground,
  type BackgroundState,
} from '../lab/background-process';
import { CommandError, EXIT } from './exit';
import { readTools } from './tools';

const NAME = 'temporal-server';
const START_WITHIN_MS = 30_000;

/** drover's own Temporal dev server on this machine. */
export interface DevServer {
  /** `host:port` of its gRPC front end. */
  readonly address: string;
  readonly uiUrl: string;
}

/** The running dev server of this home, if there is one. */
export function findDevServer(home: string): DevServer | null {
  const { address, uiUrl } = findInBackground(home, NAME)?.notes ?? {};
  return address === undefined || uiUrl === undefined ? null : { address, uiUrl };
}

/** Starts the dev server on free ports with its database in a file, or returns the one that runs. */
export async function startDevServer(home: string): Promise<DevServer> {
  const running = findDevServer(home);
  if (running !== null) return running;
  const [port, uiPort] = await freePorts(2);
  const server = { address: `127.0.0.1:${String(port)}`, uiUrl: `http://127.0.0.1:${String(uiPort)}` };
  await startDevServerAt(home, server);
  return server;
}

/** Starts the dev server where it was before, so that those who were connected find it again. @throws CommandError */
export async function startDevServerAt(home: string, server: DevServer): Promise<void> {
  const { temporal } = readTools(home);
  if (temporal === null) {
    throw new CommandError(
      'no Temporal server found: put the "temporal" command line tool on PATH and run "npm start" again',
      EXIT.unreachable,
    );
  }
  const port = server.address.split(':')[1] ?? '';
  const database = [
    '--db-filename',
    join(home, 'temporal.db'),
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    'synchronous=NORMAL',
  ];
  const listen = ['--ip', '127.0.0.1', '--port', port, '--ui-port', new URL(server.uiUrl).port];
  const started = startInBackground(
    home,
    NAME,
    [temporal, 'server', 'start-dev', ...listen, ...database, '--log-level', 'warn'],
    null,
    { ...server },
  );
  const untilMs = Date.now() + START_WITHIN_MS;
  for (;;) {
    if (await answers(server.address)) return;
    if (!isRunning(started) || Date.now() > untilMs) {
      if (isRunning(started)) process.kill(started.pid, 'SIGKILL');
      throw new CommandError(
        `the Temporal dev server did not start; its log is ${devServerLog(home)}`,
        EXIT.unreachable,
      );
    }
    await sleep(100);
  }
}

/** Whether the dev server runs, and if not, whether somebody stopped it. */
export function devServerState(home: string): BackgroundState {
  return stateInBackground(home, NAME);
}

/** Where the dev server writes what it has to say. */
export function devServerLog(home: string): string {
  return logPath(home, NAME);
}

/** Ends the dev server; its database stays. */
export async function stopDevServer(home: string): Promise<void> {
  await stopInBackground(home, NAME, 10_000);
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
