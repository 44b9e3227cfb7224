import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { MESSAGE, type Progress } from '../../campaign/contract/messages';
import { permitsWorkflowId } from '../../campaign/contract/permits';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import { droverHome } from '../../client/home';
import { simulatedDown } from '../../lab/simulated/down';
import { simulatedUp } from '../../lab/simulated/up';
import { temporalBinary } from '../temporal-binaries';
import { fetchHistories } from './fetch-histories';
import type { RecordedHistory } from './history-files';
import { neutralHistory, type Replacements } from './neutral-history';

const SITE = 'rack7';
const CAMPAIGN = 'evening';
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 180_000;
const PACKAGE = dirname(require.resolve('drover/package.json'));

/** A campaign that is being recorded, on real processes: Temporal dev server, simulated data centre, worker. */
export interface Recording {
  readonly campaign: WorkflowHandle;
  /** Waits until the campaign's progress is as wanted. */
  readonly until: (wanted: (progress: Progress) => boolean) => Promise<void>;
  readonly update: (name: string, input?: { readonly action: string }) => Promise<unknown>;
  /** Ends the worker as a power cut would, and starts another. */
  readonly crashWorker: () => Promise<void>;
  /** Sends a command to the data centre. */
  readonly command: (body: object) => Promise<void>;
}

/** How a behaviour is brought about. */
export interface Scenario {
  readonly spec: object;
  /** History length at which the server suggests to continue as new. */
  readonly suggestContinueAsNewAt?: number;
  /** Slow links make migrations long enough to be met while they run. */
  readonly linkMibPerS?: number;
  readonly before?: (recording: Pick<Recording, 'command'>) => Promise<void>;
  readonly during?: (recording: Recording) => Promise<void>;
}

/** Runs a campaign to its end. @returns its histories and those of all other workflows, without traces of this machine */
export async function record(behaviour: string, scenario: Scenario): Promise<readonly RecordedHistory[]> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'drover-recording-')));
  const tools = join(droverHome(), 'tools', 'tools.json');
  if (existsSync(tools)) cpSync(tools, join(home, 'tools', 'tools.json'));
  const homeBefore = process.env['DROVER_HOME'];
  process.env['DROVER_HOME'] = home;
  const cleanUp: (() => unknown)[] = [];
  try {
    const { linkMibPerS = 100 } = scenario;
    const { url } = await simulatedUp({
      name: SITE,
      hosts: 2,
      vms: 2,
      memoryMib: 64,
      linkMibPerS,
      log: () => undefined,
    });
    cleanUp.push(() => simulatedDown(SITE));
    const environment = await startServer(scenario.suggestContinueAsNewAt);
    cleanUp.push(() => environment.teardown());
    const worker = new RecordingWorker(home, environment.address);
    cleanUp.push(() => worker.kill());
    const command = async (body: object): Promise<void> => {
      const answer = await fetch(new URL('/commands', url), { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`the data centre refused: ${await answer.text()}`);
    };
    await scenario.before?.({ command });
    const start = { workflowId: CAMPAIGN, taskQueue: WORKFLOW_QUEUE, args: [{ site: SITE, ...scenario.spec }] };
    const campaign = await environment.client.workflow.start('campaign', start);
    const until = untilProgress(campaign);
    const update: Recording['update'] = (name, input) =>
      input === undefined
        ? campaign.executeUpdate(name)
        : campaign.executeUpdate<unknown, [object]>(name, { args: [input] });
    await scenario.during?.({ campaign, until, update, command, crashWorker: () => worker.crash() });
    await campaign.result().catch(() => undefined);
    const fetched = await fetchHistories(environment.client, behaviour, CAMPAIGN, permitsWorkflowId(SITE));
    const replacements = neutralWords(home);
    return fetched.map(({ name, events }) => ({ name, events: neutralHistory(events, replacements) }));
  } finally {
    for (const step of cleanUp.reverse()) await step();
    if (homeBefore === undefined) delete process.env['DROVER_HOME'];
    else process.env['DROVER_HOME'] = homeBefore;
    rmSync(home, { recursive: true, force: true });
  }
}

function startServer(suggestContinueAsNewAt: number | undefined): Promise<TestWorkflowEnvironment> {
  const early = `limit.historyCount.suggestContinueAsNew=${suggestContinueAsNewAt}`;
  const extraArgs = suggestContinueAsNewAt === undefined ? [] : ['--dynamic-config-value', early];
  const executable = { type: 'existing-path', path: temporalBinary('temporal') } as const;
  return TestWorkflowEnvironment.createLocal({ server: { executable, extraArgs } });
}

function untilProgress(campaign: WorkflowHandle): Recording['until'] {
  return async (wanted) => {
    const giveUpAtMs = Date.now() + PATIENCE_MS;
    for (;;) {
      // On a busy machine a query may not be answered in time; the next one is.
      const progress = await campaign.query<Progress>(MESSAGE.progress).catch(() => null);
      if (progress !== null && wanted(progress)) return;
      if (Date.now() > giveUpAtMs) throw new Error(`waited in vain; the campaign is at ${JSON.stringify(progress)}`);
      await sleep(LOOK_EVERY_MS);
    }
  };
}

/** Folders of this machine; the longest first, as one may contain the other. Names of hosts are in identities only. */
function neutralWords(home: string): Replacements {
  const words: [string, string][] = [
    [home, '/var/lib/drover'],
    [PACKAGE, '/opt/drover'],
  ];
  return new Map(words.sort(([one], [other]) => other.length - one.length));
}

class RecordingWorker {
  private child: ChildProcess;

  constructor(
    private readonly home: string,
    private readonly address: string,
  ) {
    this.child = this.start();
  }

  async crash(): Promise<void> {
    await this.kill();
    this.child = this.start();
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  private start(): ChildProcess {
    const { home, address } = this;
    const log = openSync(join(home, 'worker.log'), 'a');
    const settings = { DROVER_HOME: home, DROVER_RESULTS: join(home, 'results'), TEMPORAL_ADDRESS: address };
    return spawn(process.execPath, [join(PACKAGE, 'dist', 'worker', 'main.js')], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, ...settings },
      stdio: ['ignore', log, log],
    });
  }
}
