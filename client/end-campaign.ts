import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import { safeName } from '../store/result-directory';

/** Terminates a campaign and all its children; for a campaign whose site no longer exists, so that nothing can be cleaned up there. */
export async function endCampaign(client: Client, campaignId: string, reason: string): Promise<void> {
  await client.workflow.getHandle(campaignId).terminate(reason);
  const children = client.workflow.list({
    query: `ExecutionStatus = "Running" AND WorkflowId STARTS_WITH "${campaignId}/"`,
  });
  for await (const { workflowId } of children) {
    await client.workflow
      .getHandle(workflowId)
      .terminate(reason)
      .catch(() => undefined);
  }
}

/** Ends the prober that a terminated campaign left on this machine and deletes what it measured; without it, it would go on until its lease ends. */
export async function endProber(home: string, campaignId: string): Promise<void> {
  const directory = join(home, 'probers', safeName(campaignId));
  if (!existsSync(directory)) return;
  const programs = readdirSync(join(home, 'agents')).map((hash) => join(home, 'agents', hash, 'drover-agent'));
  const program = programs.find((path) => existsSync(path));
  // It needs no time to resolve what is outstanding: nobody wants to know any more.
  if (program !== undefined) await promisify(execFile)(program, ['stop', directory, '1']);
  rmSync(directory, { recursive: true, force: true });
}
