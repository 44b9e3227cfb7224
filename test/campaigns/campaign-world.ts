import { randomInt } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import { readResults, type Results } from '../../store/read-results';
import type { campaign, CampaignResult } from '../../workflows/campaign';
import { processesNaming, signalAll } from './find-processes';
import { Piece } from './piece';
import { until } from './until';

/** What ended a campaign and what it left. */
export interface Ended {
  readonly result: CampaignResult;
  readonly results: Results;
}

/** What set-up prepared: drover's own home and the Temporal server in it. */
export interface FromSetUp {
  readonly home: string;
  readonly temporal: string;
  /** How far server and workers stand back for everybody else on this machine, 0 to 19; without it not at all. */
  readonly niceness?: number;
}

/** A Temporal server on a database file and worker processes, each of which may be killed, stopped and started again. */
export class CampaignWorld {
  private readonly pieces: Piece[] = [];
  private server: Piece | null = null;
  private client: Client | null = null;

  private constructor(
    readonly directory: string,
    private readonly siteFile: string,
    private readonly temporal: string,
    private readonly niceness: number,
    private readonly ports: readonly [number, number],
  ) {}

  /** Opens a world in a directory of its own: the server runs, no worker yet. */
  static async open(directory: string, siteFile: string, fromSetUp: FromSetUp): Promise<CampaignWorld> {
    const { home, temporal, niceness = 0 } = fromSetUp;
    mkdirSync(directory, { recursive: true });
    for (const part of ['tools/tools.json', 'agents'])
      if (existsSync(join(home, part))) cpSync(join(home, part), join(directory, 'home', part), { recursive: true });
    const world = new CampaignWorld(directory, siteFile, temporal, niceness, [await freePort(), await freePort()]);
    await world.startServer();
    return world;
  }

  /** `host:port` of the server. */
  get address(): string {
    return `127.0.0.1:${String(this.ports[0])}`;
  }

  /** Where the worker stores what campaigns leave. */
  get resultsDirectory(): string {
    return join(this.directory, 'results');
  }

  /** The server's process. */
  get serverPid(): number {
    if (this.server === null) throw new Error('the server was not started');
    return this.server.pid;
  }

  /** Starts the server, on the same ports and database each time. */
  async startServer(): Promise<void> {
    const [port, uiPort] = this.ports.map(String) as [string, string];
    const listen = ['--ip', '127.0.0.1', '--port', port, '--ui-port', uiPort, '--log-level', 'error'];
    // As "drover server" starts it.
    const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];
    const database = ['--db-filename', join(this.directory, 'temporal.db'), ...pragmas];
    this.server = this.add([this.temporal, 'server', 'start-dev', ...listen, ...database], 'server');
    await until('the server answers', () => this.serverAnswers());
    this.client ??= new Client({ connection: await Connection.connect({ address: this.address }) });
  }

  async killServer(): Promise<void> {
    await this.server?.kill();
  }

  /** SIGTERM; resolves when it has ended by itself. */
  async stopServer(): Promise<void> {
    await this.server?.drain();
  }

  /** Starts one more worker process, with more in its environment if need be. */
  startWorker(more: NodeJS.ProcessEnv = {}): Piece {
    const main = require.resolve('drover/package.json').replace(/package\.json$/, 'dist/worker/main.js');
    if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build"`);
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: this.address,
      DROVER_HOME: join(this.directory, 'home'),
      DROVER_SITES: this.siteFile,
      DROVER_RESULTS: this.resultsDirectory,
      ...more,
    };
    return this.add([process.execPath, main], `worker-${String(this.pieces.length)}`, env);
  }

  async startCampaign(spec: object, workflowId = 'exactly-once'): Promise<WorkflowHandle<typeof campaign>> {
    if (this.client === null) throw new Error('the server was not started');
    const options = { taskQueue: WORKFLOW_QUEUE, workflowId, args: [spec] as [unknown] };
    return this.client.workflow.start<typeof campaign>('campaign', options);
  }

  /** A campaign that was started by its id. */
  campaign(id: string): WorkflowHandle<typeof campaign> {
    if (this.client === null) throw new Error('the server was not started');
    return this.client.workflow.getHandle<typeof campaign>(id);
  }

  /** Waits for the end of a campaign and reads its results. @throws WorkflowFailedError */
  async end(handle: WorkflowHandle<typeof campaign>, withinMs?: number): Promise<Ended> {
    let result: CampaignResult | null = null;
    await until(
      'the campaign ends',
      async () => {
        result = await handle.result().catch((error: unknown) => {
          if (error instanceof WorkflowFailedError) throw error;
          return null;
        });
        return result !== null;
      },
      withinMs,
    );
    const ended = result as CampaignResult | null;
    if (ended === null) throw new Error('the campaign has no result');
    return { result: ended, results: await readResults(ended.directory) };
  }

  /** Ends everything, also what a killed worker left: agents have a lease and live on without it. */
  async close(): Promise<void> {
    for (const piece of this.pieces) {
      if (piece.runs) piece.goOn();
      await piece.kill();
    }
    await this.client?.connection.close();
    signalAll(
      processesNaming(this.directory).map(({ pid }) => pid),
      'SIGKILL',
    );
  }

  private add(command: readonly [string, ...string[]], name: string, env = process.env): Piece {
    const whole = this.niceness === 0 ? command : (['nice', '-n', String(this.niceness), ...command] as const);
    const piece = new Piece(whole, env, join(this.directory, `${name}.log`));
    this.pieces.push(piece);
    return piece;
  }

  private async serverAnswers(): Promise<boolean> {
    if (this.server?.runs !== true)
      throw new Error(`the server ended: ${readFileSync(join(this.directory, 'server.log'), 'utf8')}`);
    try {
      const connection = await Connection.connect({ address: this.address, connectTimeout: 1_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * A TCP port that nobody listens on, below those that systems give out by themselves: while the server is down nobody else
 * shall get it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + randomInt(18_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
