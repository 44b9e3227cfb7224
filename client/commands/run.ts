import { basename, extname } from 'node:path';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { FAILURE } from '../../campaign/contract/failures';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import type { campaign } from '../../workflows/campaign';
import { withClient } from '../connect';
import { CommandError, EXIT } from '../exit';
import { describeUnpolled, unpolledQueues } from '../find-workers';
import { followCampaign, type Followed } from '../follow-campaign';
import { droverHome } from '../home';
import { createProgressDisplay } from '../progress-display';
import { readSpecFile } from '../read-spec';
import { requireSite } from '../require-site';

interface RunOptions {
  readonly id?: string;
  readonly detach?: boolean;
  readonly site?: string;
  readonly siteFile?: string;
}

/** `drover run FILE`: starts a campaign and follows it to its report. */
export function runCommand(): Command {
  return new Command('run')
    .description('start a campaign and follow it; Ctrl-C stops following, the campaign goes on')
    .argument('<file>', 'spec (YAML, JSON) or script')
    .option('--id <id>', 'name of the campaign (else that of the file, and the time)', campaignId)
    .option('--detach', 'start it and return; "drover watch" follows it later')
    .option('--site <name>', 'site of a script, which cannot name one itself')
    .option('--site-file <file>', 'first make sure that this site file has the site')
    .action(async (file: string, { id, detach, site, siteFile }: RunOptions) => {
      const { raw, spec } = await readSpecFile(file, site);
      const home = droverHome();
      if (siteFile !== undefined) await requireSite(home, spec.site, siteFile);
      await withClient(home, async (client) => {
        const handle = await start(client, raw, file, id ?? defaultId(file));
        console.log(`Campaign: ${handle.workflowId}`);
        const idle = describeUnpolled(await unpolledQueues(client.workflow, spec.site));
        if (idle !== null) console.log(`The campaign waits: ${idle}`);
        if (detach !== true) process.exitCode = await follow(handle);
      });
    });
}

/** Follows a campaign until its end or Ctrl-C and says how it ended. @returns the exit code */
export async function follow(handle: WorkflowHandle<typeof campaign>): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const followed = await followCampaign(handle, createProgressDisplay(process.stdout), interrupt.signal);
    return tellEnd(followed, handle.workflowId);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

/** Reads and checks a spec file. @returns the raw value, which is what the workflow is given @throws CommandError with every problem */
export async function readSpec(file: string): Promise<unknown> {
  return (await readSpecFile(file)).raw;
}

/** Says how a campaign ended. @returns the exit code */
export function tellEnd(followed: Followed, workflowId: string): number {
  switch (followed.kind) {
    case 'interrupted':
      console.log(
        `No longer following; campaign ${workflowId} goes on. "drover watch ${workflowId}" follows it again.`,
      );
      return EXIT.interrupted;
    case 'failed':
      console.error(followed.message);
      return followed.type === FAILURE.invalidSpec ? EXIT.badInput : EXIT.failed;
    case 'ended': {
      const { outcome, failure, report, migrations } = followed.result;
      console.log(`${outcome}: ${String(migrations.succeeded)} of ${String(migrations.total)} migrations succeeded`);
      if (failure !== null) console.error(failure);
      console.log(`Report: ${report}`);
      return outcome === 'completed' ? EXIT.completed : EXIT.failed;
    }
  }
}

async function start(client: Client, raw: unknown, file: string, workflowId: string) {
  const options = { taskQueue: WORKFLOW_QUEUE, workflowId, staticSummary: basename(file) };
  return client.workflow.start<typeof campaign>('campaign', { ...options, args: [raw] }).catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CommandError(
      `a campaign with the id ${workflowId} runs already; follow it with "drover watch ${workflowId}", or choose another --id`,
      EXIT.badInput,
    );
  });
}

function defaultId(file: string): string {
  const name = basename(file, extname(file)).replace(/[^A-Za-z0-9._-]+/g, '-');
  return `${name.slice(0, 60) || 'campaign'}-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
}

// The id names a folder and child workflows, and stands in queries.
function campaignId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'An id has at most 100 letters, digits, dots, dashes or underscores and starts with a letter or digit.',
  );
}
