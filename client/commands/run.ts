import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { Command } from 'commander';
import { FAILURE } from '../../campaign/contract/failures';
import { WORKFLOW_QUEUE } from '../../campaign/contract/queues';
import { parseSpec } from '../../campaign/spec/parse-spec';
import { formatProblems } from '../../campaign/spec/problems';
import type { campaign } from '../../workflows/campaign';
import { connect } from '../connect';
import { CommandError, EXIT } from '../exit';
import { followCampaign, type Followed } from '../follow-campaign';
import { droverHome } from '../home';
import { createProgressDisplay } from '../progress-display';

/** `drover run FILE`: starts a campaign and follows it to its report. */
export function runCommand(): Command {
  return new Command('run')
    .description('start a campaign and follow it; Ctrl-C stops following, the campaign goes on')
    .argument('<file>', 'spec, YAML or JSON')
    .option('--id <id>', 'workflow id of the campaign (else the name of the file and the time)')
    .option('--detach', 'start it and return')
    .action(async (file: string, { id, detach }: { id?: string; detach?: boolean }) => {
      const spec = await readSpec(file);
      const client = await connect(droverHome());
      const workflowId =
        id ?? `${basename(file, extname(file))}-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
      const handle = await client.workflow
        .start<typeof campaign>('campaign', {
          taskQueue: WORKFLOW_QUEUE,
          workflowId,
          args: [spec],
          staticSummary: basename(file),
        })
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          throw new CommandError(
            `a campaign with the id ${workflowId} runs already; follow it in the Temporal UI, or choose another --id`,
            EXIT.badInput,
          );
        });
      console.log(`Campaign: ${workflowId}`);
      if (detach !== true) {
        const interrupt = new AbortController();
        process.once('SIGINT', () => interrupt.abort());
        process.exitCode = tellEnd(
          await followCampaign(handle, createProgressDisplay(process.stdout), interrupt.signal),
          workflowId,
        );
      }
      await client.connection.close();
    });
}

/** Reads and checks a spec file. @returns the raw value, which is what the workflow is given @throws CommandError with every problem */
export async function readSpec(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.badInput,
    );
  });
  const parsed = parseSpec(text, file);
  if (!parsed.ok) throw new CommandError(formatProblems(parsed.problems), EXIT.badInput);
  return parsed.raw;
}

/** Says how a campaign ended. @returns the exit code */
export function tellEnd(followed: Followed, workflowId: string): number {
  switch (followed.kind) {
    case 'interrupted':
      console.log(`No longer following; campaign ${workflowId} goes on.`);
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
