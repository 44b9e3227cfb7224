import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { listCampaigns } from '../campaign-list';
import { campaignStatus } from '../campaign-status';
import { withClient } from '../connect';
import { EXIT } from '../exit';
import { findCampaign } from '../find-campaign';
import { describeUnpolled, unpolledQueues } from '../find-workers';
import { droverHome } from '../home';
import { renderCampaigns } from '../render-campaigns';
import { renderStatus } from '../render-status';

const MOST_LISTED = 20;

/** `drover status [ID]`: what campaigns do, and why. */
export function statusCommand(): Command {
  return new Command('status')
    .description('campaigns that run or ran lately; with an id: what that campaign does now, what waits and why')
    .argument('[id]', 'campaign, as "drover run" named it')
    .option('--json', 'print it as JSON')
    .action(async (id: string | undefined, { json }: { json?: boolean }) => {
      const print = json === true ? printJson : null;
      await withClient(droverHome(), async (client) => {
        await (id === undefined ? showAll(client, print) : showOne(client, id, print));
      });
    });
}

type Print = ((value: unknown) => void) | null;

async function showAll(client: Client, print: Print): Promise<void> {
  const listed = await listCampaigns(client, MOST_LISTED);
  const campaigns = await Promise.all(
    listed.map(async ({ workflowId, runId }) => {
      const handle = client.workflow.getHandle(workflowId, runId);
      return campaignStatus(client, { handle, description: await handle.describe() });
    }),
  );
  const idle = describeUnpolled(await unpolledQueues(client.workflow));
  if (print !== null) print({ campaigns, problems: idle === null ? [] : [idle] });
  else {
    process.stdout.write(renderCampaigns(campaigns, Date.now()));
    if (idle !== null) console.log(idle);
  }
}

async function showOne(client: Client, id: string, print: Print): Promise<void> {
  const status = await campaignStatus(client, await findCampaign(client, id));
  if (print !== null) print(status);
  else process.stdout.write(renderStatus(status, Date.now()));
  // A running campaign that nobody can ask is only half told.
  if (status.state === 'running' && status.progress === null) process.exitCode = EXIT.unreachable;
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
