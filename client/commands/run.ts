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
import { CsvStream } from '../csv/csv-stream';
import { createProgressDisplay, type ProgressDisplay } from '../progress-display';
import { readSpecFile } from '../read-spec';
import { requireSite } from '../require-site';

interface RunOptions {
  readonly id?: string;
  readonly csv?: boolean;
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
    .option(
      '--csv',
      'print samples and actions as CSV to standard output as they come; everything else to standard error',
    )
    .option('--site <name>', 'site of a script, which cannot name one itself')
    .option('--site-file <file>', 'first make sure that this site file has the site')
    .action(async (file: string, { id, csv, detach, site, siteFile }: RunOptions) => {
      if (csv === true && detach === true)
        throw new CommandError('--csv needs a campaign to follow: leave out --detach', EXIT.badInput);
      const say = csv === true ? console.error : console.log;
      const { raw, spec } = await readSpecFile(file, site);
      const home = droverHome();
      if (siteFile !== undefined) await requireSite(home, spec.site, siteFile);
      await withClient(home, async (client) => {
        const handle = await start(client, raw, file, id ?? defaultId(file));
        say(`Campaign: ${handle.workflowId}`);
        const idle = describeUnpolled(await unpolledQueues(client.workflow, spec.site));
        if (idle !== null) say(`The campaign waits: ${idle}`);
        if (detach !== true) process.exitCode = await follow(handle, csv);
      });
    });
}

/** Follows a campaign until its end or Ctrl-C and says how it ended; `csv`: rows to standard output. @returns the exit code */
export async function follow(handle: WorkflowHandle<typeof campaign>, csv = false): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    if (csv) return tellEnd(await followAsCsv(handle, interrupt), handle.workflowId, console.error);
    const followed = await followCampaign(handle, createProgressDisplay(process.stdout), interrupt.signal);
    return tellEnd(followed, handle.workflowId);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

async function followAsCsv(handle: WorkflowHandle<typeof campaign>, interrupt: AbortController): Promise<Followed> {
  const stream = new CsvStream(handle.workflowId, process.stdout);
  const progress = createProgressDisplay(process.stderr);
  let directory: string | null = null;
  const display: ProgressDisplay = {
    ...progress,
    show: (shown) => {
      ({ directory } = shown);
      progress.show(shown);
    },
  };
  const over = new AbortController();
  // A stream that fails ends the following.
  const streamed = stream
    .run(() => directory, over.signal)
    .catch((error: unknown) => {
      interrupt.abort();
      throw error;
    });
  streamed.catch(() => undefined);
  try {
    const followed = await followCampaign(handle, display, interrupt.signal);
    over.abort();
    await streamed;
    if (followed.kind === 'ended') await stream.finish(followed.result.directory);
    return followed;
  } finally {
    over.abort();
  }
}

/** Reads and checks a spec file. @returns the raw value, which is what the workflow is given @throws CommandError with every problem */
export async function readSpec(file: string): Promise<unknown> {
  return (await readSpecFile(file)).raw;
}

/** Says how a campaign ended. @returns the exit code */
export function tellEnd(followed: Followed, workflowId: string, say: (line: string) => void = console.log): number {
  switch (followed.kind) {
    case 'interrupted':
      say(`No longer following; campaign ${workflowId} goes on. "drover watch ${workflowId}" follows it again.`);
      return EXIT.interrupted;
    case 'failed':
      console.error(followed.message);
      return followed.type === FAILURE.invalidSpec ? EXIT.badInput : EXIT.failed;
    case 'ended': {
      const { outcome, failure, report, migrations } = followed.result;
      say(`${outcome}: ${String(migrations.succeeded)} of ${String(migrations.total)} migrations succeeded`);
      if (failure !== null) console.error(failure);
      say(`Report: ${report}`);
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
