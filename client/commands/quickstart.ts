import { relative } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import type { campaign } from '../../workflows/campaign';
import { logPath, startInBackground, stateInBackground, stopInBackground } from '../../lab/background-process';
import { connectToDevServer, devServerEnvironment } from '../connect';
import {
  devServerLog,
  devServerState,
  startDevServer,
  startDevServerAt,
  stopDevServer,
  type DevServer,
} from '../dev-server';
import { EXIT } from '../exit';
import { followCampaign } from '../follow-campaign';
import { droverHome } from '../home';
import { packagePath } from '../package-path';
import { createProgressDisplay } from '../progress-display';
import { chooseLab, LAB, openLab, type QuickstartLab } from '../quickstart-lab';
import { forgetQuickstart, readQuickstart, writeQuickstart } from '../quickstart-state';
import { endCampaign, endProber } from '../end-campaign';
import { tendProcesses, type TendedProcess } from '../tend-processes';
import { readSpec, tellEnd } from './run';

const WORKER = 'worker';
const DRAIN_WITHIN_MS = 30_000;

/** `drover quickstart`, which is `npm start`: lab, server, worker, one small campaign, its report. */
export function quickstartCommand(): Command {
  return new Command('quickstart')
    .description(
      'bring up a lab, run examples/quickstart.yaml on it and write its report; run again to go on after Ctrl-C',
    )
    .action(async () => {
      const home = droverHome();
      const interrupt = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
      try {
        process.exitCode = await quickstart(home, interrupt.signal);
      } catch (error) {
        await stopInBackground(home, WORKER, DRAIN_WITHIN_MS);
        await stopDevServer(home);
        if (!interrupt.signal.aborted) throw error;
        console.log('Stopped before the campaign began; nothing is left running.');
        process.exitCode = EXIT.interrupted;
      }
    });
}

async function quickstart(home: string, interrupted: AbortSignal): Promise<number> {
  const say = (line: string): void => console.log(line);
  const server = await startDevServer(home);
  say(`Temporal UI: ${server.uiUrl}`);
  const client = await connectToDevServer(server);
  const { lab, handle } = (await resume(home, client, say)) ?? (await begin(home, client, say, interrupted));
  await stopInBackground(home, WORKER, DRAIN_WITHIN_MS);
  startWorker(home, server);
  say(
    `Campaign: ${handle.workflowId} (${server.uiUrl}/namespaces/default/workflows/${encodeURIComponent(handle.workflowId)})`,
  );

  const display = createProgressDisplay(process.stdout);
  const tending = tendProcesses(serverAndWorker(home, server), (line) => display.say(line));
  const { gaveUp } = tending;
  const followed = await followCampaign(handle, display, AbortSignal.any([interrupted, gaveUp])).finally(() => {
    if (interrupted.aborted) say('Draining the worker ...');
    return tending.close();
  });
  await stopInBackground(home, WORKER, DRAIN_WITHIN_MS);
  await client.connection.close();
  await stopDevServer(home);
  if (gaveUp.aborted && followed.kind === 'interrupted') {
    console.error(`npm start stops: ${String(gaveUp.reason)}.`);
    console.error(`The lab and the campaign are still there: "npm start" goes on with ${handle.workflowId}.`);
    return EXIT.failed;
  }
  if (followed.kind === 'interrupted') {
    say(
      `Stopped. The lab, its guests' loads and the prober go on for up to an hour; "npm start" goes on with ${handle.workflowId}.`,
    );
    say('To end it for good: npx drover lab down --name quickstart');
    return EXIT.interrupted;
  }
  await lab.down();
  forgetQuickstart(home);
  say(
    'The lab is down, worker and server are stopped; "npx drover server" brings the Temporal UI back with this history.',
  );
  return tellEnd(shortPaths(followed), handle.workflowId);
}

function startWorker(home: string, server: DevServer): void {
  const program = [process.execPath, packagePath('dist', 'worker', 'main.js')] as const;
  startInBackground(home, WORKER, program, { ...devServerEnvironment(server), DROVER_HOME: home }, {});
}

/** Killed by anybody, the campaign is to go on without a second command. */
function serverAndWorker(home: string, server: DevServer): readonly TendedProcess[] {
  return [
    {
      name: 'Temporal server',
      log: devServerLog(home),
      state: () => devServerState(home),
      start: () => startDevServerAt(home, server),
    },
    {
      name: 'worker',
      log: logPath(home, WORKER),
      state: () => stateInBackground(home, WORKER),
      start: () => Promise.resolve().then(() => startWorker(home, server)),
    },
  ];
}

interface Begun {
  readonly lab: QuickstartLab;
  readonly handle: WorkflowHandle<typeof campaign>;
}

/** Goes on with a quickstart that was interrupted. @returns null if there is none, or if its lab is gone */
async function resume(home: string, client: Client, say: (line: string) => void): Promise<Begun | null> {
  const state = readQuickstart(home);
  if (state === null) return null;
  const lab = openLab(state.lab);
  const handle = client.workflow.getHandle<typeof campaign>(state.campaignId);
  const status = await handle.describe().then(
    ({ status: { name } }) => name,
    () => 'UNKNOWN',
  );
  if (status === 'RUNNING' && (await lab.alive())) {
    say(`Going on with campaign ${state.campaignId}.`);
    return { lab, handle };
  }
  if (status === 'RUNNING') {
    say(
      `The lab of campaign ${state.campaignId} is gone (was this machine restarted?), so it cannot go on; it is ended and a new one begins.`,
    );
    await endCampaign(client, state.campaignId, 'its lab is gone');
    await endProber(home, state.campaignId);
  }
  forgetQuickstart(home);
  return null;
}

async function begin(
  home: string,
  client: Client,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Begun> {
  const spec = await readSpec(packagePath('examples', 'quickstart.yaml'));
  const lab = chooseLab(say);
  if (!(await lab.alive())) {
    await lab.down();
    await lab.up(say, interrupted);
  }
  const campaignId = `${LAB}-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  const handle = await client.workflow.start<typeof campaign>('campaign', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: campaignId,
    args: [spec],
    staticSummary: 'examples/quickstart.yaml',
  });
  writeQuickstart(home, { campaignId, lab: lab.kind });
  return { lab, handle };
}

function shortPaths<T extends Awaited<ReturnType<typeof followCampaign>>>(followed: T): T {
  if (followed.kind !== 'ended') return followed;
  const { result } = followed;
  return { ...followed, result: { ...result, report: relative(process.cwd(), result.report) } };
}
